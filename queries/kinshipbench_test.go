package queries

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFamilies reports the processor time of grouping up to 200,000 findings: a third of
// them links of one hub that went in one night, the others spread over 2,000 owners, 2,000
// hubs and a domain for every ten, some of which are found far too often.
func BenchmarkFamilies(b *testing.B) {
	for _, n := range []int{50_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			k, findings := manyFindings(n)
			var before, after syscall.Rusage
			_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
			for b.Loop() {
				k.group(findings)
			}
			_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
			cpu := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(float64(len(Families(findings))), "families")
		})
	}
}

// manyFindings are n findings, and what is known of their portal.
func manyFindings(n int) (*kinship, []Finding) {
	random := rand.New(rand.NewPCG(3, 4))
	k := &kinship{ids: aliases{}, losses: map[string]bool{"edge_removed": true}, traits: map[record][]clue{}, names: map[clue]string{}, labels: map[clue]bool{},
		share: map[mark]float64{}, degree: map[record]int64{}, degrees: map[string]int64{"contacts": 3_000_000, "companies": 3_000_000}, lost: map[string]map[clue]int64{}}
	one := func(of string, id int64) {
		r := record{of, id}
		if _, known := k.traits[r]; known {
			return
		}
		owner, domain := clue{byOwner, fmt.Sprint(random.IntN(2000))}, clue{byDomain, fmt.Sprintf("d%d.example", random.IntN(n/10))}
		if random.IntN(3) == 0 { // of those who are found too often
			owner.value, domain.value = fmt.Sprint(random.IntN(40)), fmt.Sprintf("d%d.example", random.IntN(n/100))
		}
		k.traits[r], k.degree[r] = []clue{owner, domain}, 3
		k.share[mark{owner, of}], k.share[mark{domain, of}] = 1.0/2000, 10/float64(n)
	}
	seen := time.Unix(1, 0)
	var all []Finding
	for i := range n {
		id, company := int64(i/2), 1+random.Int64N(2000)
		f := Finding{Fingerprint: fmt.Sprintf("%064d", i), CheckID: fmt.Sprintf("check_%d", i/6%30), State: New, SnapshotID: "1", FirstSeen: seen}
		switch i % 6 {
		case 0, 1: // links of one hub that went, and what that made of its ends
			company = 1
			f.CheckID, f.State = "edge_removed", Event
		case 2:
			f.SubjectType, f.SubjectID = text("contacts"), &id
		}
		if i < 6*30 && i%6 == 3 { // about the hub itself, by each check
			hub := int64(1)
			f.SubjectType, f.SubjectID = text("companies"), &hub
		}
		one("contacts", id)
		one("companies", company)
		if f.SubjectType == nil {
			f.FromType, f.FromID, f.ToType, f.ToID = text("contacts"), &id, text("companies"), &company
		}
		all = append(all, f)
	}
	return k, all
}
