//go:build linux && (amd64 || arm64)

package failat

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Unsafe lists what a loss of power could undo, or tear, of what a process did in
// a folder: a file that becomes visible before what is in it is on disk, and a name
// that is not on disk in the end. lasting says of a path whether what lies there is
// to outlive such a loss: a scratch file need not. A file is taken to be on disk
// after an fsync that comes after the last write to it; a name, after an fsync of
// its folder that comes after it was made, taken away or renamed.
func Unsafe(ops []Op, lasting func(path string) bool) []string {
	d := disk{files: map[string]bool{}, names: map[string]map[string]bool{}}
	var found []string
	for _, op := range ops {
		switch op.Class {
		case Open:
			if op.Creates {
				d.files[op.Path] = true
				d.touch(op.Path)
			}
		case Write:
			d.files[op.Path] = true
		case Sync:
			delete(d.files, op.Path)
			delete(d.names, op.Path)
		case Mkdir:
			d.touch(op.Path)
		case Unlink:
			d.drop(op.Path)
			d.touch(op.Path)
		case Rename:
			if lasting(op.To) {
				for _, what := range d.below(op.Path) {
					found = append(found, fmt.Sprintf("%s: not on disk before the rename to %s", what, op.To))
				}
			}
			d.drop(op.Path) // what is not on disk of it has been said
			d.touch(op.Path)
			d.touch(op.To)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(d.files)) {
		if lasting(file) {
			found = append(found, file+": not on disk in the end")
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(d.names)) {
		for _, name := range slices.Sorted(maps.Keys(d.names[dir])) {
			if lasting(name) {
				found = append(found, name+": not on disk in its folder in the end")
			}
		}
	}
	return found
}

// disk is what is not on disk yet.
type disk struct {
	files map[string]bool            // their content
	names map[string]map[string]bool // by folder
}

// touch notes that a name was made or taken away.
func (d *disk) touch(name string) {
	dir := filepath.Dir(name)
	if d.names[dir] == nil {
		d.names[dir] = map[string]bool{}
	}
	d.names[dir][name] = true
}

// below lists what is not on disk at a path and below it.
func (d *disk) below(path string) []string {
	var found []string
	for file := range d.files {
		if isBelow(file, path) {
			found = append(found, file)
		}
	}
	for dir, names := range d.names {
		if isBelow(dir, path) {
			found = append(found, fmt.Sprintf("%d names in %s", len(names), dir))
		}
	}
	slices.Sort(found)
	return found
}

// drop forgets what is at a path and below it.
func (d *disk) drop(path string) {
	maps.DeleteFunc(d.files, func(file string, _ bool) bool { return isBelow(file, path) })
	maps.DeleteFunc(d.names, func(dir string, _ map[string]bool) bool { return isBelow(dir, path) })
}

func isBelow(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }
