// Package graphviz runs Graphviz, which is inside the program as WebAssembly: pictures
// need nothing installed.
//
// The WebAssembly is that of github.com/goccy/go-graphviz v0.2.10 (Graphviz 12.1.2), byte
// by byte. The package of that name is not imported but by tests: it compiles the
// WebAssembly when a program starts, a second of CPU for every command, keeps the machine
// code in a folder under /tmp that anybody may have made before, does not start where that
// folder is somebody else's, and cannot be stopped while it draws. Here it is compiled with
// the first picture, kept in memory, and each picture gets a memory of its own.
package graphviz

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
)

//go:embed graphviz.wasm
var program []byte

const (
	// Patience is how long one picture may take.
	Patience = 20 * time.Second
	// MaxDOT is how long a drawing may be, in bytes: 300 records with long names take a
	// quarter of that.
	MaxDOT = 1 << 20
	// memoryPages is how much memory one picture may take, in pages of 64 KiB.
	memoryPages = 4096
)

// The ways in which a picture is not made.
var (
	ErrTooLarge = errors.New("the drawing is too large for a picture")
	ErrTooSlow  = errors.New("the drawing takes too long for a picture")
)

// engine is the compiled WebAssembly, made by the first picture.
var engine = sync.OnceValues(func() (*compiled, error) {
	ctx := context.Background()
	c := &compiled{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(true).WithMemoryLimitPages(memoryPages))}
	var err error
	if c.module, err = c.runtime.CompileModule(ctx, program); err != nil {
		return nil, err
	}
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, c.runtime); err != nil {
		return nil, err
	}
	// What a program in Go could have Graphviz call back for: nothing here does.
	host := c.runtime.NewHostModuleBuilder("env")
	for _, f := range c.module.ImportedFunctions() {
		if from, name, _ := f.Import(); from == "env" {
			host.NewFunctionBuilder().WithGoFunction(api.GoFunc(func(context.Context, []uint64) {
				panic(name + " is not there")
			}), f.ParamTypes(), f.ResultTypes()).Export(name)
		}
	}
	_, err = host.Instantiate(ctx)
	return c, err
})

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// SVG lays out a drawing in DOT and returns it as Graphviz writes SVG. One that is too
// large or takes too long is refused with ErrTooLarge or ErrTooSlow.
func SVG(ctx context.Context, dot []byte) ([]byte, error) {
	if err := checkSize(dot); err != nil {
		return nil, err
	}
	e, err := engine()
	if err != nil {
		return nil, fmt.Errorf("start Graphviz: %w", err)
	}
	within, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	picture, err := e.render(within, dot)
	if err != nil {
		return nil, unfinished(ctx, within, err)
	}
	return picture, nil
}

// checkSize holds a drawing to what is laid out.
func checkSize(dot []byte) error {
	if len(dot) > MaxDOT {
		return sentence.New(ErrTooLarge, "the drawing has %d bytes of DOT, and Graphviz is given at most %d: draw less, or ask for DOT (a name that ends in .dot)", len(dot), MaxDOT)
	}
	return nil
}

// unfinished is why a picture was not made.
func unfinished(ctx, within context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case within.Err() != nil:
		return sentence.New(ErrTooSlow, "drawing took more than %s: draw less, or ask for DOT (a name that ends in .dot)", Patience)
	}
	return fmt.Errorf("draw with Graphviz: %w", err)
}

// render runs Graphviz in a memory of its own.
func (e *compiled) render(ctx context.Context, dot []byte) (picture []byte, err error) {
	var complaint bytes.Buffer
	module, err := e.runtime.InstantiateModule(ctx, e.module, wazero.NewModuleConfig().WithName("").WithStderr(&complaint))
	if err != nil {
		return nil, err
	}
	defer module.Close(context.Background())
	i := &instance{ctx: ctx, module: module}
	picture = i.draw(dot)
	if i.err == nil && picture == nil {
		i.err = errors.New("it made no picture")
	}
	if text := strings.TrimSpace(complaint.String()); i.err != nil && text != "" {
		i.err = fmt.Errorf("%w: %.500s", i.err, terminal.Printable(text))
	}
	return picture, i.err
}

// instance is one run of the WebAssembly. After an error its calls do nothing.
type instance struct {
	ctx    context.Context
	module api.Module
	err    error
}

// draw makes the picture by Graphviz's own interface in C.
func (i *instance) draw(dot []byte) []byte {
	pointers := i.call("malloc", 8) // two of them
	i.call("wasm_bridge_SymList_default", pointers)
	i.call("wasm_bridge_getContextWithPlugins", i.load(pointers), 1, pointers)
	gvc := i.load(pointers)
	graph := i.call("agmemread", i.text(dot))
	if i.err == nil && graph == 0 {
		i.err = errors.New("it cannot read the drawing")
	}
	if i.call("gvLayout", gvc, graph, i.text([]byte("dot"))) != 0 ||
		i.call("gvRenderData", gvc, graph, i.text([]byte("svg")), pointers, pointers+4) != 0 {
		return nil
	}
	if i.err != nil {
		return nil
	}
	picture, _ := i.module.Memory().Read(uint32(i.load(pointers)), uint32(i.load(pointers+4)))
	return bytes.Clone(picture)
}

// call calls a function.
func (i *instance) call(name string, args ...uint64) uint64 {
	if i.err != nil {
		return 0
	}
	var result []uint64
	if result, i.err = i.module.ExportedFunction(name).Call(i.ctx, args...); len(result) == 0 {
		return 0
	}
	return result[0]
}

// text puts a text into the memory, and returns where it is.
func (i *instance) text(s []byte) uint64 {
	at := i.call("malloc", uint64(len(s)+1))
	if i.err == nil && (at == 0 || !i.module.Memory().Write(uint32(at), append(bytes.Clone(s), 0))) {
		i.err = errors.New("its memory is full")
	}
	return at
}

// load reads a pointer.
func (i *instance) load(at uint64) uint64 {
	if i.err != nil {
		return 0
	}
	p, _ := i.module.Memory().ReadUint32Le(uint32(at))
	return uint64(p)
}
