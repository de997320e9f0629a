package reporting_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"hubgraph/internal/hostile"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/reporting"
	"hubgraph/internal/terminal"
	"hubgraph/internal/web"
)

// bearing is a portal with texts wherever it has some of somebody's: names of records,
// pipelines, stages, custom objects and labels, domains and currencies. Its first company is
// linked to all deals, which have no contact.
func bearing(texts []string) string {
	var b strings.Builder
	b.WriteString("portal 77\n")
	for i := range 4 {
		s := strconv.Quote(texts[i*7])
		fmt.Fprintf(&b, "object p_thing%d 2-100%d singular=%s plural=%[3]s display=plate\np_thing%[1]d 1 plate=%[3]s created=2025-01-01T00:00:00Z\n", i, i, s)
	}
	companies := []int{201, 202}
	for _, id := range companies {
		s := strconv.Quote(texts[id%len(texts)])
		fmt.Fprintf(&b, "companies %d name=%s domain=%[2]s created=2025-01-01T00:00:00Z\n", id, s)
	}
	labels := texts[20:60]
	for i, s := range labels {
		fmt.Fprintf(&b, "label deals %d %s companies %d %s name=l%[1]d back=m%[1]d\n", 1001+2*i, strconv.Quote(s), 1002+2*i, strconv.Quote("of "+s))
	}
	for i, s := range texts {
		q := strconv.Quote(s)
		fmt.Fprintf(&b, "pipeline deals p%d %s\nstage deals p%[1]d s%[1]d %[2]s isClosed=false\n", i, q)
		fmt.Fprintf(&b, "deals %d dealname=%s created=2025-01-01T00:00:00Z pipeline=p%d dealstage=s%[3]d amount=%[3]d deal_currency_code=%[2]s\n", 1000+i, q, i)
		fmt.Fprintf(&b, "deals %d -> companies 201 plain USER_DEFINED:%d\n", 1000+i, 1001+2*(i%len(labels)))
	}
	b.WriteString("companies 201 -> companies 202\n")
	for i := range 4 {
		fmt.Fprintf(&b, "label p_thing%d companies\np_thing%[1]d 1 -> companies 201\n", i)
	}
	return b.String()
}

// bearingPages are the addresses of pages that show texts of the portal, of so many deals, too,
// and of some that whoever asks has put one of so many texts into.
func bearingPages(texts []string, records, asked int) []string {
	all := []string{
		"/", "/checks", "/record/companies/201", "/record/companies/201?page=2", "/record/companies/201?page=3", "/record/companies/201/deals", "/record/companies/202", "/record/p_thing0/1", "/record/p_thing3/1",
		"/check/deal_without_contact", "/check/deal_without_contact?page=2", "/path?from=deals:1000&to=companies:202", "/find?q=a",
		"/sql?q=" + url.QueryEscape("SELECT object_id, name, currency, domain, properties FROM objects ORDER BY object_type, object_id"),
		"/sql?q=" + url.QueryEscape("SELECT o.name AS "+`"`+strings.ReplaceAll(strings.ReplaceAll(texts[7], "\x00", ""), `"`, `""`)+`" FROM objects AS o LIMIT 1`),
	}
	for i := 0; i < len(texts); i += len(texts) / records {
		all = append(all, fmt.Sprintf("/record/deals/%d", 1000+i))
	}
	for i := 3; i < len(texts); i += len(texts) / asked {
		s := url.QueryEscape(texts[i])
		all = append(all, "/find?q="+s, "/path?from="+s+"&to="+s, "/sql?q="+s, "/record/deals/1001?night="+s+"x")
		p := url.PathEscape("x" + texts[i])
		all = append(all, "/check/"+p, "/finding/"+p, "/record/"+p+"/1", "/record/deals/"+p, "/record/deals/1001/"+p, "/nope/"+p)
	}
	return all
}

// held is what a parser finds on a page.
type held struct {
	elements map[string]bool // each with its parent's name and the names of its attributes
	scripts  map[string]bool // and styles
	texts    []string        // of each element, with blanks as one
	faults   []string
}

// goes is where links and forms of the pages may lead.
var goes = regexp.MustCompile(`^(/|#[\w-]*|data:,|\?page=\d+|/(find|path|sql|checks)|/record/[\w-]+/\d+(/[\w-]+)?(\?night=[\w-]+)?|/check/\w+|/finding/[0-9a-f]{64}|/path\?from=[\w:%]+|https://app\.hubspot\.com/contacts/77/[\w/-]+)$`)

// read reads a page as a browser does.
func read(t *testing.T, page string) *held {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	h := &held{elements: map[string]bool{}, scripts: map[string]bool{}}
	for n := range root.Descendants() {
		switch n.Type {
		case html.CommentNode:
			h.faults = append(h.faults, "a comment: "+n.Data)
		case html.TextNode:
			if n.Parent.Data == "script" || n.Parent.Data == "style" {
				h.scripts[n.Data] = true
				continue
			}
			h.texts = append(h.texts, strings.Join(strings.Fields(n.Data), " "))
		case html.ElementNode:
			names := map[string]bool{}
			for _, a := range n.Attr {
				names[a.Key] = true
				if slices.Contains([]string{"href", "src", "action", "formaction", "data"}, a.Key) && !goes.MatchString(a.Val) {
					h.faults = append(h.faults, fmt.Sprintf("<%s> leads to %q", n.Data, a.Val))
				}
			}
			h.elements[n.Parent.Data+" > "+n.Data+" "+strings.Join(slices.Sorted(maps.Keys(names)), " ")] = true
		}
	}
	return h
}

// TestHostilePortal has a portal with hostile texts crawled, audited and shown, and finds with
// a parser no element that the same portal with harmless texts does not have on the same kind
// of page, and the texts as text.
func TestHostilePortal(t *testing.T) {
	texts := hostile.Texts()
	harmless := make([]string, len(texts))
	for i := range harmless {
		harmless[i] = fmt.Sprintf("harmless %d", i)
	}
	kind := func(path string) string { return regexp.MustCompile(`^/\w*`).FindString(path) }
	known := map[string]*held{} // by kind of page
	for turn, of := range [][]string{harmless, texts} {
		job := reporting.Job{Files: nightlytest.Nights(t, bearing(of), ""), Locked: true}
		base := explored(t, job.Files, web.Guard{})
		pages := map[string]string{}
		for _, path := range bearingPages(of, 2+6*turn, 1+5*turn) {
			status, page := got(t, base+path)
			if status >= http.StatusInternalServerError {
				t.Errorf("%s: %d\n%s", path, status, page[strings.Index(page, "<main"):])
			}
			pages[path] = page
			if path == "/check/deal_without_contact" {
				for i, m := range regexp.MustCompile(`href="(/finding/[0-9a-f]+)"`).FindAllStringSubmatch(page, -1) {
					if i%20 == 0 {
						_, pages[m[1]] = got(t, base+m[1])
					}
				}
			}
		}
		_, _, pages["report"] = made(t, job, "")
		shown := map[string]bool{}
		for path, page := range pages {
			h := read(t, page)
			for _, fault := range h.faults {
				t.Errorf("%s has %s", path, fault)
			}
			for _, s := range h.texts {
				shown[s] = true
			}
			k := kind(path)
			if known[k] == nil {
				known[k] = &held{elements: map[string]bool{}, scripts: map[string]bool{}}
			}
			if turn == 0 {
				maps.Copy(known[k].elements, h.elements)
				maps.Copy(known[k].scripts, h.scripts)
				continue
			}
			for e := range h.elements {
				if !known[k].elements[e] {
					t.Errorf("%s has %s", path, e)
				}
			}
			for s := range h.scripts {
				if !known[k].scripts[s] {
					t.Errorf("%s has the script or style %q", path, s)
				}
			}
		}
		for i, s := range of {
			name := strings.Join(strings.Fields(terminal.Printable(string([]rune(s)))), " ") // JSON writes U+FFFD for each byte that is no text
			if name != "" && !shown[name] && !slices.ContainsFunc(slices.Collect(maps.Keys(shown)), func(text string) bool { return strings.HasPrefix(text, name) }) {
				t.Errorf("text %d, %q, is nowhere text", i, s)
			}
		}
	}
}
