package web

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"
)

const (
	// mostKept is how much of pages is kept, in bytes.
	mostKept = 64 << 20
	// mostPage is how long a page may be that is kept: the report of very many findings is.
	mostPage = 8 << 20
)

// answer is a page as it is sent.
type answer struct {
	status int
	policy string
	page   []byte
	lasts  bool // asked again of the same files, it would be the same
}

// kept are answers that were made of files in one state, all of which go once the files are
// in another one. Where there is no more room, those go that were not asked for the longest.
type kept struct {
	state  func() (string, error) // the state of the files, without opening them
	room   int
	making singleflight.Group
	mutex  sync.Mutex
	of     string // the state
	used   int
	all    map[string]*list.Element
	order  list.List // of *named, the one asked for last in front
}

// named is an answer under the address that asks for it.
type named struct {
	address string
	*answer
}

func (n *named) size() int { return len(n.address) + len(n.page) }

// get returns the answer that is kept for an address, or has it made: by one of those who
// ask for it at once, while the others wait. Where that one goes, another one makes it. An
// answer is kept only where the files were in one state before and after it was made: it is
// of that state then, and not of one that came and went in between.
func (k *kept) get(ctx context.Context, address string, make func() (*answer, error)) (*answer, error) {
	for {
		of, err := k.state()
		if err != nil {
			return nil, err
		}
		made, err, _ := k.making.Do(of+"\n"+address, func() (any, error) {
			if a := k.find(of, address); a != nil {
				return a, nil
			}
			a, err := make()
			if ctx.Err() != nil { // also where a page came of it: it may say that it was interrupted
				return nil, ctx.Err()
			}
			if err != nil {
				return nil, err
			}
			if now, err := k.state(); a.lasts && err == nil && now == of {
				k.add(of, &named{address, a})
			}
			return a, nil
		})
		switch {
		case errors.Is(err, context.Canceled) && ctx.Err() == nil: // who had it made has gone
		case err != nil:
			return nil, err
		default:
			return made.(*answer), nil
		}
	}
}

// find is the answer that is kept for an address; nil: none is. Answers of another state go.
func (k *kept) find(of, address string) *answer {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.of != of {
		k.of, k.used, k.all = of, 0, map[string]*list.Element{}
		k.order.Init()
	}
	e, ok := k.all[address]
	if !ok {
		return nil
	}
	k.order.MoveToFront(e)
	return e.Value.(*named).answer
}

// add keeps an answer, unless those of another state are kept by now.
func (k *kept) add(of string, n *named) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.of != of || n.size() > mostPage {
		return
	}
	n.page = bytes.Clone(n.page) // without the room that making it took
	k.all[n.address] = k.order.PushFront(n)
	for k.used += n.size(); k.used > k.room; {
		oldest := k.order.Remove(k.order.Back()).(*named)
		k.used -= oldest.size()
		delete(k.all, oldest.address)
	}
}
