package sim

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFaults reads faults of the form NAME=N or NAME:PARAM=N: one every N of
// the requests that they fit.
func ParseFaults(texts []string) ([]Fault, error) {
	var list []Fault
	for _, text := range texts {
		at := strings.LastIndexByte(text, '=')
		every, err := strconv.Atoi(text[at+1:])
		if at < 0 || err != nil || every < 1 {
			return nil, fmt.Errorf("%q is no fault: write NAME=N or NAME:PARAM=N, one fault every N requests", text)
		}
		f := Fault{Every: every}
		f.Name, f.Param, _ = strings.Cut(text[:at], ":")
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		list = append(list, f)
	}
	return list, nil
}

// ParseFaultFile reads a script of faults; name is the file's, for errors, which
// are *ParseError. A line is
//
//	OPERATION|METHOD PATH|*  [every=N|nth=N|nth=N-M|nth=N-|share=P%]  FAULT [PARAM]
//
// and # starts a comment, as in
//
//	associations-read               nth=3      cut 100
//	GET /crm/*/objects/contacts     every=10   429 30
//	POST /crm/**                    share=5%   reset-after
//	*                               nth=200-   429-daily
//
// The first fault that a request meets is the one that happens.
func ParseFaultFile(name, text string) ([]Fault, error) {
	var list []Fault
	number := 0
	for text := range strings.Lines(text) {
		number++
		words, err := split(text)
		if err == nil && len(words) > 0 {
			var f Fault
			if f, err = parseFault(&line{words: words}); err == nil {
				list = append(list, f)
				continue
			}
		}
		if err != nil {
			return nil, &ParseError{name, number, err.Error()}
		}
	}
	return list, nil
}

func parseFault(l *line) (f Fault, err error) {
	on, err := l.next("an operation such as list, a method and a path, or *")
	if err != nil {
		return f, err
	}
	f.On = on.text
	if slices.Contains(methods, on.text) {
		path, err := l.next("a path")
		if err != nil {
			return f, err
		}
		f.On += " " + path.text
	}
	if f.On == "*" {
		f.On = ""
	}
	if l.more() && l.words[l.at].key != "" {
		if err := f.when(l.words[l.at].key, l.words[l.at].text); err != nil {
			return f, err
		}
		l.at++
	}
	kind, err := l.next("the name of a fault")
	if err != nil {
		return f, err
	}
	f.Name = kind.text
	if l.more() {
		param, err := l.next("the parameter of the fault, in quotes where it holds a blank or a =")
		if err != nil {
			return f, err
		}
		f.Param = param.text
	}
	if err := l.end(); err != nil {
		return f, err
	}
	return f, f.check()
}

// when reads which of the requests are hit.
func (f *Fault) when(key, value string) (err error) {
	switch key {
	case "every":
		f.Every, err = strconv.Atoi(value)
		if err != nil || f.Every < 1 {
			return fmt.Errorf("every: expected a number above 0, not %s", quote(value))
		}
	case "nth":
		first, last, ranged := strings.Cut(value, "-")
		f.First, err = strconv.Atoi(first)
		f.Last = f.First
		if ranged && err == nil {
			f.Last = 0
			if last != "" {
				f.Last, err = strconv.Atoi(last)
			}
		}
		if err != nil || f.First < 1 || f.Last < 0 || f.Last > 0 && f.Last < f.First || last == "0" {
			return fmt.Errorf("nth: expected which requests, such as 3, 3-5 or 3-, not %s", quote(value))
		}
	case "share":
		percent, found := strings.CutSuffix(value, "%")
		if f.Percent, err = strconv.ParseFloat(percent, 64); err != nil || !found || !(f.Percent > 0 && f.Percent <= 100) {
			return fmt.Errorf("share: expected a percentage above 0%%, up to 100%%, not %s", quote(value))
		}
	default:
		return fmt.Errorf("expected every, nth or share, not %s", key)
	}
	return nil
}

// String writes a fault as a line of a fault file.
func (f Fault) String() string {
	words := []string{"*"}
	if method, path, ok := strings.Cut(f.On, " "); ok {
		words = []string{method, quoted(path)}
	} else if f.On != "" {
		words = []string{quoted(f.On)}
	}
	switch {
	case f.Percent > 0:
		words = append(words, fmt.Sprintf("share=%v%%", f.Percent))
	case f.Every > 0:
		words = append(words, fmt.Sprintf("every=%d", f.Every))
	case f.First > 0 && f.First == f.Last:
		words = append(words, fmt.Sprintf("nth=%d", f.First))
	case f.Last > 0:
		words = append(words, fmt.Sprintf("nth=%d-%d", max(1, f.First), f.Last))
	case f.First > 0:
		words = append(words, fmt.Sprintf("nth=%d-", f.First))
	}
	words = append(words, quoted(f.Name))
	if f.Param != "" {
		words = append(words, quoted(f.Param))
	}
	return strings.Join(words, " ")
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// check finds what is wrong with a fault.
func (f Fault) check() error {
	kind, known := faultKinds[f.Name]
	if !known {
		return fmt.Errorf("there is no fault %s: choose among %s", quote(f.Name), strings.Join(sortedKeys(faultKinds), ", "))
	}
	if method, pattern, ok := strings.Cut(f.On, " "); ok {
		if _, err := path.Match(strings.TrimSuffix(pattern, "/**"), ""); err != nil || !strings.HasPrefix(pattern, "/") || !slices.Contains(methods, method) {
			return fmt.Errorf("expected a method and a path such as GET /crm/*/objects/**, not %s", f.On)
		}
	} else if f.On != "" && !slices.Contains(operations(), f.On) {
		return fmt.Errorf("there is no operation %s: choose among %s", quote(f.On), strings.Join(operations(), ", "))
	}
	_, rest, err := kind.cut(f.Param)
	switch {
	case err != nil:
	case kind.inner != "":
		name, param := innerFault(kind, rest)
		err = Fault{Name: name, Param: param}.checkInner()
	case rest == "":
	case kind.param.check == nil:
		return fmt.Errorf("%s takes no parameter%s", f.Name, map[bool]string{true: " behind the records"}[kind.aim != unaimed])
	default:
		err = kind.param.check(rest)
	}
	if err != nil {
		return fmt.Errorf("the parameter of %s is %s: %w", f.Name, quote(f.Param), err)
	}
	return nil
}

// operations are the names of all routes.
func operations() []string {
	names := map[string]bool{}
	for _, group := range routeGroups() {
		for _, r := range group {
			names[r.name] = true
		}
	}
	return sortedKeys(names)
}

// on reports whether a request is the one that the rule is about.
func (r *rule) on(c *call) bool {
	method, pattern, ok := strings.Cut(r.On, " ")
	if !ok {
		return r.On == "" || r.On == c.operation
	}
	asked := strings.TrimSuffix(c.request.URL.Path, "/")
	if head, open := strings.CutSuffix(pattern, "/**"); open {
		n := strings.Count(head, "/")
		parts := strings.SplitN(asked, "/", n+2)
		pattern, asked = head, strings.Join(parts[:min(n+1, len(parts))], "/")
	}
	match, _ := path.Match(pattern, asked) // checked when the fault was read
	return match && method == c.request.Method
}

// param is what a kind of fault takes as its parameter.
type param struct {
	name  string
	usual string
	check func(string) error // nil: there is none
}

// String describes a parameter.
func (p param) String() string {
	if p.usual != "" {
		return p.name + " (" + p.usual + ")"
	}
	return p.name
}

// anyParam is a parameter that can be any text.
func anyParam(name, usual string) param {
	return param{name, usual, func(string) error { return nil }}
}

func numberParam(name, usual string, least, most int) param {
	return param{name, usual, func(text string) error {
		if n, err := strconv.Atoi(text); err != nil || n < least || n > most {
			return fmt.Errorf("expected a number from %d to %d", least, most)
		}
		return nil
	}}
}

func durationParam(name, usual string) param {
	return param{name, usual, func(text string) error {
		if d, err := time.ParseDuration(text); err != nil || d < 0 {
			return fmt.Errorf("expected a duration such as 500ms or 30s")
		}
		return nil
	}}
}

func signedParam(name, usual string) param {
	return param{name, usual, func(text string) error {
		if _, err := time.ParseDuration(text); err != nil {
			return fmt.Errorf("expected a duration such as 30s or -1h")
		}
		return nil
	}}
}

// paramNumber and paramDuration read parameters that were checked when the fault was read.
func paramNumber(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

func paramDuration(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}
