package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/internal/goals"
)

// BenchmarkGenerateMillion makes the portal of a million contacts, and reports what
// it takes in memory: heap is what is left of it after a collection, sys what
// the process has asked the system for.
func BenchmarkGenerateMillion(b *testing.B) {
	var p *Portal
	for b.Loop() {
		p = nil
		runtime.GC()
		p = Generate(Spec{Seed: 1, Contacts: 1_000_000})
	}
	var sys, heap runtime.MemStats
	runtime.ReadMemStats(&sys)
	runtime.GC()
	runtime.ReadMemStats(&heap)
	records, rows := 0, 0
	for _, t := range p.types {
		records += len(t.sorted)
		for _, r := range t.sorted {
			rows += len(r.links)
		}
	}
	b.ReportMetric(float64(records), "records")
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(heap.HeapAlloc)/1e6, "heap-MB")
	b.ReportMetric(float64(sys.Sys)/1e6, "sys-MB")
}

// BenchmarkBatchRead serves batch reads of 1,000 inputs, and decodes the same
// bodies with encoding/json, on one core: ratio is how many bodies are served
// while one is decoded. The times are medians.
func BenchmarkBatchRead(b *testing.B) {
	p := Generate(Spec{Seed: 1, Contacts: 20_000})
	server := NewServer(p, Options{})
	for _, pair := range [][2]string{{"contacts", "companies"}, {"companies", "contacts"}, {"deals", "contacts"}, {"contacts", "contacts"}, {"contacts", "tickets"}} {
		b.Run(pair[0]+"-"+pair[1], func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			body := readBody(p.typeOf(pair[0]).liveRecords()[:1000])
			path := fmt.Sprintf("/crm/v4/associations/%s/%s/batch/read", pair[0], pair[1])
			var served, decoded []time.Duration
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer test")
				w.Body = bytes.NewBuffer(make([]byte, 0, size+1))
				start := time.Now()
				server.ServeHTTP(w, r)
				served = append(served, time.Since(start))
				size = w.Body.Len()
				var page batchRead
				start = time.Now()
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Results)+len(page.Errors) != 1000 {
					b.Fatalf("%d results and %d errors of 1000 inputs: %v", len(page.Results), len(page.Errors), err)
				}
				decoded = append(decoded, time.Since(start))
			}
			b.SetBytes(int64(size))
			goals.Least(b, median(decoded)/median(served), 4, "decode/serve")
			b.ReportMetric(median(served)*1e3, "serve-ms")
			b.ReportMetric(median(decoded)*1e3, "decode-ms")
		})
	}
}

// median is the middle one of some times, in seconds: other work on the machine
// moves it little.
func median(times []time.Duration) float64 {
	slices.Sort(times)
	return times[len(times)/2].Seconds()
}

func readBody(records []*record) string {
	var b strings.Builder
	for i, r := range records {
		fmt.Fprintf(&b, `%c{"id":"%d"}`, "[,"[min(i, 1)], r.id)
	}
	return `{"inputs":` + b.String() + `]}`
}

// batchRead is what a client makes of an answer.
type batchRead struct {
	Status  string `json:"status"`
	Results []struct {
		From struct {
			ID string `json:"id"`
		} `json:"from"`
		To []struct {
			ToObjectID       int64 `json:"toObjectId"`
			AssociationTypes []struct {
				Category string  `json:"category"`
				TypeID   int     `json:"typeId"`
				Label    *string `json:"label"`
			} `json:"associationTypes"`
		} `json:"to"`
		Paging *struct {
			Next struct {
				After string `json:"after"`
			} `json:"next"`
		} `json:"paging"`
	} `json:"results"`
	NumErrors int `json:"numErrors"`
	Errors    []struct {
		Category    string              `json:"category"`
		SubCategory string              `json:"subCategory"`
		Message     string              `json:"message"`
		Context     map[string][]string `json:"context"`
	} `json:"errors"`
}
