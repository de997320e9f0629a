package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// Sources are where the settings of one command come from.
type Sources struct {
	File      string // need not be there
	Catalog   Catalog
	Flags     *pflag.FlagSet    // of the command, parsed
	Variables map[string]string // of the environment, by the name of the flag that each sets
	Getenv    func(string) string
}

// Layers are the flags of a command over the environment over the file. The names are
// those of the flags; known_gaps and the like, which no flag sets, have the names that
// they have in the file. What the file says of checks is in its Audit alone.
type Layers struct {
	*koanf.Koanf
	File    *File
	sources Sources
}

// Load reads the sources. The flags that the command line leaves alone get the values
// that stand below it. An error is about the file or the environment.
func (s Sources) Load() (*Layers, error) {
	file, catalog, err := Read(s.File, s.Catalog)
	if err != nil {
		return nil, err
	}
	s.Catalog = catalog
	l := &Layers{Koanf: koanf.New("."), File: file, sources: s}
	below := map[string]any{}
	for _, e := range file.Entries {
		if !strings.HasPrefix(e.Key, checksKey+".") {
			below[l.flagName(e.Key)] = e.typed()
		}
	}
	for flag := range s.Variables {
		if v := s.variable(flag); v != "" {
			below[flag] = s.Getenv(v)
		}
	}
	if err := l.Load(confmap.Provider(below, "."), nil); err != nil {
		return nil, err
	}
	if err := l.Load(posflag.Provider(s.Flags, ".", l.Koanf), nil); err != nil {
		return nil, err
	}
	return l, l.setFlags(below)
}

// variable is the variable that sets a flag; empty where none is set.
func (s Sources) variable(flag string) string {
	if name := s.Variables[flag]; name != "" && s.Getenv(name) != "" {
		return name
	}
	return ""
}

// flagName is the name of the flag that a key of the file sets, or the key.
func (l *Layers) flagName(key string) string {
	name := strings.ReplaceAll(key, "_", "-")
	if slices.ContainsFunc(l.sources.Catalog.Keys, func(k Key) bool { return k.Name == name }) {
		return name
	}
	return key
}

// typed is a value as koanf has it.
func (e Entry) typed() any {
	switch e.Kind {
	case List, Lines, Lists, Groups, Roles:
		return e.Values
	case Bool:
		return e.Values[0] == "true"
	}
	return e.Values[0]
}

func (l *Layers) setFlags(below map[string]any) error {
	var wrong Errors
	l.sources.Flags.VisitAll(func(f *pflag.Flag) {
		value, set := below[f.Name]
		if !set || f.Changed {
			return
		}
		var err error
		texts, many := value.([]string)
		if list, ok := f.Value.(pflag.SliceValue); ok {
			if !many {
				texts = []string{fmt.Sprint(value)}
			}
			err = list.Replace(texts)
		} else if many && len(texts) != 1 {
			err = errors.New("this command takes one value")
		} else if many {
			err = f.Value.Set(texts[0])
		} else {
			err = f.Value.Set(fmt.Sprint(value))
		}
		if err != nil {
			_, place := l.Source(f.Name)
			wrong = append(wrong, fmt.Errorf("%s: %s: %w", place, underscored(f.Name), err))
		}
	})
	if wrong != nil {
		return wrong
	}
	return nil
}

// The sources of a value.
const (
	FromFlag        = "flag"
	FromEnvironment = "environment"
	FromFile        = "file"
	FromDefault     = "default"
)

// Source is where the value of a flag of the command is from, and the place there:
// --FLAG, VARIABLE, or FILE:LINE.
func (l *Layers) Source(flag string) (source, place string) {
	if l.sources.Flags.Changed(flag) {
		return FromFlag, "--" + flag
	}
	if variable := l.sources.variable(flag); variable != "" {
		return FromEnvironment, variable
	}
	if e, set := l.File.Entry(underscored(flag)); set {
		return FromFile, l.File.at(e)
	}
	return FromDefault, ""
}

// at is the place of an entry.
func (f *File) at(e Entry) string { return f.Name + ":" + strconv.Itoa(e.Line) }

// Catalog is what the settings file was read by.
func (l *Layers) Catalog() Catalog { return l.sources.Catalog }
