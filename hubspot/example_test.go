package hubspot_test

import (
	"context"
	"fmt"
	"log"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// Read the contacts of a portal and the companies that each is associated with,
// to the end of every record's pages.
func Example() {
	portal, err := sim.Parse("example", `
label contacts 21 "Advisor" companies 22 "Advises"
contacts 101
contacts 102
companies 201
contacts 101 -> companies 201 "Advisor"
`)
	if err != nil {
		log.Fatal(err)
	}
	url, stop, err := sim.NewServer(portal, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer stop()

	ctx := context.Background()
	client, err := hubspot.New("pat-na1-example", hubspot.Options{BaseURL: url})
	if err != nil {
		log.Fatal(err)
	}
	contacts, companies := "0-1", "0-2"
	for page, err := range client.Objects(ctx, contacts, hubspot.ObjectQuery{}) {
		if err != nil {
			log.Fatal(err)
		}
		var open []hubspot.ReadInput
		for _, record := range page.Objects {
			open = append(open, hubspot.ReadInput{ID: record.ID})
		}
		for len(open) > 0 {
			batch, err := client.ReadAssociations(ctx, contacts, companies, open)
			if err != nil {
				log.Fatal(err)
			}
			for _, link := range batch.Links {
				for _, t := range link.Types {
					fmt.Printf("contact %d -> company %d: %s %d %q\n", link.From, link.To, t.Category, t.ID, t.Label)
				}
			}
			fmt.Println("without a company:", batch.Empty)
			open = batch.Next
		}
	}
	// Unordered output:
	// contact 101 -> company 201: HUBSPOT_DEFINED 279 ""
	// contact 101 -> company 201: USER_DEFINED 21 "Advisor"
	// without a company: [102]
}
