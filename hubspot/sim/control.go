package sim

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// controls are what people and tests ask of the simulator itself: it takes no
// token and counts as no request.
var controls = map[string]func(*Server, http.ResponseWriter, *http.Request){
	"GET /_sim/truth": func(s *Server, w http.ResponseWriter, _ *http.Request) {
		all := append(s.portal.Truth(), s.portal.Consequences()...)
		slices.SortFunc(all, Defect.compare)
		writeControl(w, http.StatusOK, all)
	},
	"GET /_sim/requests": func(s *Server, w http.ResponseWriter, _ *http.Request) { writeControl(w, http.StatusOK, s.log()) },
	"GET /_sim/portal":   (*Server).text,
	"POST /_sim/night":   (*Server).night,
	"GET /_sim/rate":     (*Server).rate,
	"POST /_sim/rate":    (*Server).rate,
}

func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	serve, known := controls[r.Method+" "+r.URL.Path]
	switch name, export := strings.CutPrefix(r.URL.Path, "/_sim/exports/"); {
	case known:
		serve(s, w, r)
	case export && r.Method == http.MethodGet:
		s.download(w, name)
	default:
		writeControl(w, http.StatusNotFound, controlError{"there is " + strings.Join(append(sortedKeys(controls), "POST /_sim/reset"), ", ")})
	}
}

type controlError struct {
	Error string `json:"error"`
}

func writeControl(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(marshal(body)) // the client may be gone
}

// requestLog is what was answered so far.
type requestLog struct {
	Total    int            `json:"total"`
	Faults   map[string]int `json:"faults"` // requests that met a fault, by its name
	Requests []Request      `json:"requests"`
}

func (s *Server) log() requestLog {
	l := requestLog{Faults: map[string]int{}, Requests: s.Requests()}
	l.Total = len(l.Requests)
	for _, r := range l.Requests {
		if r.Fault != "" {
			l.Faults[r.Fault]++
		}
	}
	return l
}

// text writes the portal in the portal language.
func (s *Server) text(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, s.portal.String()) // the client may be gone
}

// download sends the file of an export.
func (s *Server) download(w http.ResponseWriter, name string) {
	file, good := s.file(name)
	if !good {
		writeControl(w, http.StatusForbidden, controlError{"there is no such file, or the link to it is too old"})
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	_, _ = w.Write(file) // the client may be gone
}

// now is the server that answers: this one, or the one of the last reset.
func (s *Server) now() *Server {
	if after := s.after.Load(); after != nil {
		return after
	}
	return s
}

// reset has a server begin anew with the portal as it was at first: nights, writes,
// requests, limits, faults and tokens are forgotten. Requests under way end as they began.
func (s *Server) reset(w http.ResponseWriter) {
	if s.options.First == nil {
		writeControl(w, http.StatusNotFound, controlError{"there is no reset: the portal was not made by `hubgraph sim`"})
		return
	}
	portal, err := s.options.First()
	if err == nil {
		err = s.options.Check(portal)
	}
	if err != nil { // its file may have changed
		writeControl(w, http.StatusConflict, controlError{err.Error()})
		return
	}
	s.after.Store(NewServer(portal, s.options))
	writeControl(w, http.StatusOK, portal.Truth())
}

// night lets a night pass: the one that the body describes in the portal
// language, else one drawn from the seed in the query.
func (s *Server) night(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		writeControl(w, http.StatusBadRequest, controlError{err.Error()})
		return
	}
	if len(text) > 0 {
		err = s.portal.Script("night", string(text))
	} else {
		var seed uint64
		if seed, err = strconv.ParseUint("0"+r.URL.Query().Get("seed"), 10, 64); err == nil {
			s.portal.Night(seed)
		}
	}
	if err != nil {
		var wrong *ParseError
		if !errors.As(err, &wrong) {
			err = errors.New("seed must be a number, such as /_sim/night?seed=7")
		}
		writeControl(w, http.StatusBadRequest, controlError{err.Error()})
		return
	}
	writeControl(w, http.StatusOK, s.portal.Truth())
}

// allowanceText is an allowance as /_sim/rate reports it.
type allowanceText struct {
	Rate  string `json:"rate"`  // empty: no limit
	Taken int    `json:"taken"` // of it, by another client
	Daily int    `json:"daily"`
}

// rate reports the allowance, after it has set what the query of a POST names:
// rate=95/10s, taken=95, daily=1000.
func (s *Server) rate(w http.ResponseWriter, r *http.Request) {
	a := s.Allowance()
	if r.Method == http.MethodPost {
		if err := a.set(r.URL.Query()); err != nil {
			writeControl(w, http.StatusBadRequest, controlError{err.Error()})
			return
		}
		s.Allow(a)
	}
	text := allowanceText{Taken: a.Taken, Daily: a.Daily}
	if a.Rate.Requests > 0 {
		text.Rate = a.Rate.String()
	}
	writeControl(w, http.StatusOK, text)
}

// set changes what a query names.
func (a *Allowance) set(query url.Values) (err error) {
	if text := query.Get("rate"); text != "" {
		if a.Rate, err = ParseRate(text); err != nil {
			return fmt.Errorf("rate: %w", err)
		}
	}
	for name, n := range map[string]*int{"taken": &a.Taken, "daily": &a.Daily} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		if *n, err = strconv.Atoi(text); err != nil || *n < 0 {
			return fmt.Errorf("%s: expected a number of requests, not %q", name, text)
		}
	}
	return nil
}
