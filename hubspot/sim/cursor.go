package sim

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// defaultPageSize is the page of an input that the fact page-size names first.
const defaultPageSize = 500

// page gives the links of one page of a batch read, and the cursor of the next.
func (c *call) page(links []link, after string) (page []link, next string, err error) {
	links, err = behind(links, after)
	if err != nil {
		return nil, "", err
	}
	size := c.server.options.PageSize
	if size == 0 {
		size = switched(c.portal.switches.PageSize)
	}
	page, next = pageOf(links, size)
	return page, next, nil
}

// behind gives the links that follow a cursor.
func behind(links []link, after string) ([]link, error) {
	if after == "" {
		return links, nil
	}
	last, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	at, _ := slices.BinarySearchFunc(links, last+1, func(l link, id int64) int { return cmp.Compare(l.to.id, id) })
	return links[at:], nil
}

// pageOf gives the links with the first so many records.
func pageOf(links []link, size int) (page []link, next string) {
	if len(links) <= size {
		return links, ""
	}
	groups := grouped(links)
	if len(groups) <= size {
		return links, ""
	}
	n := 0
	for _, g := range groups[:size] {
		n += len(g)
	}
	return links[:n], cursor(links[n-1].to)
}

// cursor is where the page after a record begins: base64, and percent-encoded
// as HubSpot hands it out.
func cursor(last *record) string {
	text := last.typ.ID + "-" + strconv.FormatInt(last.id, 10)
	return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(text)))
}

// parseCursor reads a cursor as it was handed out, decoded, or encoded again.
func parseCursor(text string) (int64, error) {
	for range 3 {
		if data, err := base64.StdEncoding.DecodeString(text); err == nil {
			name := string(data)
			if id, err := strconv.ParseInt(name[strings.LastIndexByte(name, '-')+1:], 10, 64); err == nil {
				return id, nil
			}
		}
		decoded, err := url.QueryUnescape(text)
		if err != nil || decoded == text {
			break
		}
		text = decoded
	}
	return 0, invalidCursor(text)
}

func invalidCursor(text string) *problem { return bad("Invalid cursor %q", text) }
