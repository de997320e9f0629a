package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Memory is a limit in bytes; 0 sets none. DuckDB keeps to it by spilling to
// disk, and may exceed it for a moment by what its buffers hold.
type Memory int64

// memoryUnits are those of ParseMemory, as DuckDB understands them.
var memoryUnits = map[string]int64{
	"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}

// smallest is the least memory that a crawl and an audit get along with.
const smallest = 64e6

// ParseMemory reads a size such as 2GB or 512MiB; an empty text is no limit.
func ParseMemory(text string) (Memory, error) {
	if text == "" {
		return 0, nil
	}
	digits := strings.TrimRight(text, "kKmMgGtTiIbB ")
	n, err := strconv.ParseFloat(digits, 64)
	unit, known := memoryUnits[strings.ToUpper(strings.TrimSpace(text[len(digits):]))]
	size := n * float64(unit)
	if err != nil || !known || !(size <= 1e15) { // nor what is not a number
		return 0, fmt.Errorf("%q is no size: write one such as 2GB or 512MiB", text)
	}
	if size < smallest {
		return 0, fmt.Errorf("%s is too little: give at least 64MB", text)
	}
	return Memory(size), nil
}

// OrDefault is the limit or, where there is none, what a single DuckDB takes at most of its own
// accord, 80 % of the machine's memory: whoever has several at once divides it among them.
func (m Memory) OrDefault(ctx context.Context) (Memory, error) {
	if m > 0 {
		return m, nil
	}
	text := ""
	err := askFiles(ctx, "SELECT current_setting('memory_limit')", func(row *sql.Rows) error { return row.Scan(&text) })
	if err != nil {
		return 0, fmt.Errorf("ask DuckDB how much memory it takes: %w", err)
	}
	return ParseMemory(text)
}

// apply adds the limit to the options of a DuckDB connection.
func (m Memory) apply(options url.Values) {
	if m > 0 {
		options.Set("memory_limit", fmt.Sprintf("%dB", int64(m)))
	}
}

// means are what a DuckDB connection may use.
type means struct {
	Memory
	alone bool // it has one thread
}

// Below these sizes of the data in bytes, as Parquet and as a DuckDB file, which is 10 MiB
// without a row, one thread is the cheapest: to wake another costs more than it takes over.
const littleParquet, littleFile = 1 << 20, 24 << 20

// of is what there is for data of some size in bytes of Parquet.
func (m Memory) of(size int64) means { return means{m, size < littleParquet} }

// ofFile is what there is for a DuckDB file.
func (m Memory) ofFile(path string) (means, error) {
	info, err := os.Stat(path)
	if err != nil {
		return means{}, err
	}
	return means{m, info.Size() < littleFile}, nil
}

func (m means) apply(options url.Values) {
	m.Memory.apply(options)
	if m.alone {
		options.Set("threads", "1")
	}
}
