package progress

import (
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// stepper is how far some work on this machine is, that is done in steps.
type stepper struct {
	display    Display
	name, unit string

	mu          sync.Mutex
	done, total int
	bar         *progressbar.ProgressBar // nil: there is no terminal
}

// During shows how far work is: on a terminal with a bar, elsewhere with a plain
// line a minute. A line says at its end how long it took.
func (d Display) During(name, unit string, work func(report func(done, total int)) error) error {
	s, started := &stepper{display: d, name: name, unit: unit}, time.Now()
	every := lineEvery
	if d.screen != nil {
		s.bar, every = newBar(d.screen, -1), drawEvery
	}
	ended := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() { s.tick(ended, every) })
	err := work(s.report)
	close(ended)
	ticking.Wait()
	if s.bar != nil {
		_ = s.bar.Clear() // what the terminal does with it is no reason to fail
	}
	if err == nil {
		d.Say("%s: %d %s in %s", name, s.total, unit, time.Since(started).Round(100*time.Millisecond))
	}
	return err
}

func (s *stepper) tick(ended <-chan struct{}, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticker.C:
		}
		s.mu.Lock()
		if s.bar == nil {
			s.display.Say("%s", s.line())
		} else {
			s.draw()
		}
		s.mu.Unlock()
	}
}

// report takes in how many steps are done.
func (s *stepper) report(done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done, s.total = done, total; s.bar != nil {
		s.draw()
	}
}

func (s *stepper) line() string {
	return fmt.Sprintf("%s: %d of %d %s", s.name, s.done, s.total, s.unit)
}

// draw draws the bar, which has room for one step more: a full one ends.
func (s *stepper) draw() {
	s.bar.Describe(fit([]string{s.line()}, columns(s.display.screen)-aroundBar-barWidth))
	if length := s.total + 1; s.bar.GetMax() != length {
		s.bar.ChangeMax(length)
	}
	_ = s.bar.Set(s.done)
}
