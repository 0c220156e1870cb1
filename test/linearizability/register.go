package main

import (
	"strings"

	"github.com/anishathalye/porcupine"
)

// Event is one attempt at a register, as packages/drill/src/data/register-histories.ts writes it.
type Event struct {
	Client   string  `json:"client"`
	Kind     string  `json:"kind"`
	Value    string  `json:"value"`
	Keyed    bool    `json:"keyed"`
	Needs    *string `json:"needs"`
	Found    string  `json:"found"`
	Outcome  string  `json:"outcome"`
	CallNs   int64   `json:"callNs"`
	ReturnNs *int64  `json:"returnNs"`
}

type phase int

const (
	// never written: a deletion is told so, instead of being made
	never phase = iota
	present
	deleted
)

// register is what a region holds of one item.
type register struct {
	phase phase
	value string
	// keyed writes that were made and that were attempted more than once, each between two commas
	made string
}

// request is an event together with what the whole history says about it.
type request struct {
	Event
	// isRepeated says whether there are several attempts at this write.
	isRepeated bool
}

func (r register) hasMade(q request) bool {
	return q.isRepeated && strings.Contains(r.made, ","+q.Value+",")
}

// meets says whether the condition of a write holds. What nobody knows ("?") may hold or not.
func (r register) meets(needs *string) (holds, isKnown bool) {
	switch {
	case needs == nil:
		return true, true
	case *needs == "?":
		return true, false
	case *needs == "":
		return r.phase != present, true
	default:
		return r.phase == present && r.value == *needs, true
	}
}

// written is the register after a write.
func (r register) written(q request) register {
	next := register{phase: present, value: q.Value, made: r.made}
	if q.Kind == "delete" {
		next = register{phase: deleted, made: r.made}
	}
	if q.isRepeated {
		if next.made == "" {
			next.made = ","
		}
		next.made += q.Value + ","
	}
	return next
}

// step says whether a register may have answered so, and what it holds then.
func step(r register, q request) (bool, register) {
	if q.Kind == "read" {
		isThere := r.phase == present
		if q.Outcome == "absent" {
			return !isThere, r
		}
		return isThere && r.value == q.Found, r
	}
	holds, isKnown := r.meets(q.Needs)
	isMissing := q.Kind == "delete" && q.Needs == nil && r.phase == never
	switch q.Outcome {
	case "made":
		return holds && !isMissing && !r.hasMade(q), r.written(q)
	case "replayed":
		return r.hasMade(q), r
	case "changed":
		return (!holds || !isKnown) && !r.hasMade(q), r
	case "missing":
		return isMissing && !r.hasMade(q), r
	case "unknown":
		if !holds || isMissing || r.hasMade(q) {
			return true, r
		}
		return true, r.written(q)
	}
	return false, r
}

// model is a register with conditional writes, of which those with a key count once.
var model = porcupine.Model{
	Init: func() interface{} { return register{} },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		ok, next := step(state.(register), input.(request))
		return ok, next
	},
	DescribeOperation: func(input, _ interface{}) string {
		q := input.(request)
		if q.Kind == "read" {
			return "read: " + q.Outcome + " " + q.Found
		}
		return q.Kind + " " + q.Value + ": " + q.Outcome
	},
	DescribeState: func(state interface{}) string {
		r := state.(register)
		return [...]string{"never written", r.value, "deleted"}[r.phase]
	},
}
