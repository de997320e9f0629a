package reporting

import "time"

// Limit has SQL take no longer than some time.
func (e *Explorer) Limit(most time.Duration) { e.askTime = most }

// Occupy takes all places for questions in SQL.
func (e *Explorer) Occupy() {
	for range cap(e.sql) {
		e.sql <- struct{}{}
	}
}

// Draw takes all places for pictures.
func (e *Explorer) Draw() {
	for range cap(e.drawing) {
		e.drawing <- struct{}{}
	}
}
