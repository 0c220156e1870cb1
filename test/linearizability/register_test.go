package main

import (
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// Each event takes one unit of time, one after the other, unless a case says otherwise.
func inTurn(events ...Event) []Event {
	for index := range events {
		if events[index].CallNs == 0 {
			events[index].CallNs = int64(10 * (index + 1))
		}
		if events[index].ReturnNs == nil && events[index].Outcome != "unknown" {
			until := events[index].CallNs + 5
			events[index].ReturnNs = &until
		}
	}
	return events
}

func at(call, until int64, event Event) Event {
	event.CallNs, event.ReturnNs = call, &until
	return event
}

func needs(value string) *string { return &value }

func put(value string) Event    { return Event{Kind: "put", Value: value, Outcome: "made"} }
func remove(value string) Event { return Event{Kind: "delete", Value: value, Outcome: "made"} }
func found(value string) Event  { return Event{Kind: "read", Found: value, Outcome: "found"} }
func absent() Event             { return Event{Kind: "read", Outcome: "absent"} }
func on(value string, event Event) Event {
	event.Needs = needs(value)
	return event
}
func keyed(outcome string, event Event) Event {
	event.Keyed, event.Outcome = true, outcome
	return event
}
func as(outcome string, event Event) Event {
	event.Outcome = outcome
	return event
}

func TestRegister(t *testing.T) {
	cases := []struct {
		name   string
		events []Event
		isKept bool
	}{
		{"reads what was written", inTurn(absent(), put("a"), found("a"), put("b"), found("b")), true},
		{"a stale read", inTurn(put("a"), put("b"), found("a")), false},
		{"a read of two writes at once", []Event{at(10, 30, put("a")), at(12, 31, put("b")), at(40, 41, found("a"))}, true},
		{"a write that is undone", inTurn(put("a"), absent()), false},
		{"a deletion", inTurn(put("a"), remove("d"), absent(), remove("e"), put("b"), found("b")), true},
		{"a deletion that is undone", inTurn(put("a"), remove("d"), found("a")), false},
		{"a deletion of nothing", inTurn(as("missing", remove("d")), put("a")), true},
		{"a deletion of nothing where something was", inTurn(put("a"), as("missing", remove("d"))), false},
		{"a condition that holds", inTurn(put("a"), on("a", put("b")), on("", as("changed", put("c")))), true},
		{"an update that is lost: both conditions held", inTurn(put("a"), on("a", put("b")), on("a", put("c"))), false},
		{"a condition that is refused although it holds", inTurn(put("a"), on("a", as("changed", put("b")))), false},
		{"two creations", inTurn(on("", put("a")), on("", put("b"))), false},
		{"a write of unknown outcome that was made", inTurn(as("unknown", put("a")), absent(), found("a")), true},
		{"a write of unknown outcome that was not", inTurn(as("unknown", put("a")), put("b"), found("b")), true},
		{"a write of unknown outcome that is undone", inTurn(as("unknown", put("a")), found("a"), absent()), false},
		{"a repetition that is called one",
			inTurn(keyed("made", put("k")), put("b"), keyed("replayed", put("k")), found("b")), true},
		{"a repetition that is made", inTurn(keyed("made", put("k")), put("b"), keyed("made", put("k"))), false},
		{"a repetition that overwrites and is called one",
			inTurn(keyed("made", put("k")), put("b"), keyed("replayed", put("k")), found("k")), false},
		{"a repetition of what was never made", inTurn(keyed("replayed", put("k")), absent()), false},
		{"a repetition that is refused by its own write",
			inTurn(put("a"), keyed("made", on("a", put("k"))), keyed("changed", on("a", put("k")))), false},
		{"an unknown keyed write, and its repetition that was made",
			inTurn(keyed("unknown", put("k")), keyed("made", put("k")), put("b"), found("b")), true},
	}
	for _, each := range cases {
		t.Run(each.name, func(t *testing.T) {
			result := porcupine.CheckOperationsTimeout(model, operationsOf(each.events), time.Minute)
			if (result == porcupine.Ok) != each.isKept || result == porcupine.Unknown {
				t.Errorf("judged %v, linearizable is %v", result, each.isKept)
			}
		})
	}
}
