// Judges recorded histories of single items by linearizability: a judge from outside, which shares no line with the
// platform or with the drill's own checkers.
//
//	npm run drill -- --scenario data --seeds 3 --out registers.json
//	go run . registers.json
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

// History is everything that happened to an item that was written in one region only.
type History struct {
	Seed   int     `json:"seed"`
	Item   string  `json:"item"`
	Region string  `json:"region"`
	Events []Event `json:"events"`
}

// Longest time for one history: deciding takes exponential time in the number of writes of unknown outcome.
const patience = time.Minute

func main() {
	page := flag.String("page", "", "draw the first history that is not linearizable on this page")
	flag.Parse()
	histories, err := read(flag.Arg(0))
	if err != nil {
		fmt.Fprintf(os.Stderr, "Cannot judge: %v. Name the file that `npm run drill -- --scenario data --out FILE` wrote.\n", err)
		os.Exit(2)
	}
	os.Exit(judgeAll(histories, *page))
}

func read(path string) ([]History, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Histories []History `json:"histories"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Histories) == 0 {
		return nil, fmt.Errorf("%s holds no history", path)
	}
	return file.Histories, nil
}

// judgeAll returns the exit status: 0 when every history is linearizable, 1 when one is not, 3 when one could not be
// decided.
func judgeAll(histories []History, page string) int {
	events, unknown, illegal, undecided := 0, 0, 0, 0
	for _, history := range histories {
		operations := operationsOf(history.Events)
		events += len(operations)
		for _, event := range history.Events {
			if event.Outcome == "unknown" {
				unknown++
			}
		}
		result, info := porcupine.CheckOperationsVerbose(model, operations, patience)
		switch result {
		case porcupine.Illegal:
			illegal++
			fmt.Printf("Not linearizable: %s in %s, seed %d\n", history.Item, history.Region, history.Seed)
			if page != "" && illegal == 1 {
				if err := porcupine.VisualizePath(model, info, page); err != nil {
					fmt.Fprintf(os.Stderr, "Cannot draw it: %v\n", err)
				}
			}
		case porcupine.Unknown:
			undecided++
			fmt.Printf("Not decided within %s: %s in %s, seed %d\n", patience, history.Item, history.Region, history.Seed)
		}
	}
	fmt.Printf("%d histories, %d attempts, %d of unknown outcome: %d not linearizable, %d not decided\n",
		len(histories), events, unknown, illegal, undecided)
	switch {
	case illegal > 0:
		return 1
	case undecided > 0:
		return 3
	}
	return 0
}

// operationsOf makes what porcupine takes. A write of unknown outcome may take effect at any time after it was sent,
// or never, which is the same as after everything else.
func operationsOf(events []Event) []porcupine.Operation {
	attempts := map[string]int{}
	clients := map[string]int{}
	for _, event := range events {
		if event.Kind != "read" && event.Keyed {
			attempts[event.Value]++
		}
	}
	operations := make([]porcupine.Operation, 0, len(events))
	for _, event := range events {
		if _, ok := clients[event.Client]; !ok {
			clients[event.Client] = len(clients)
		}
		until := int64(math.MaxInt64)
		if event.ReturnNs != nil {
			until = *event.ReturnNs
		}
		operations = append(operations, porcupine.Operation{
			ClientId: clients[event.Client],
			Input:    request{Event: event, isRepeated: attempts[event.Value] > 1},
			Call:     event.CallNs,
			Output:   event.Outcome,
			Return:   until,
		})
	}
	return operations
}
