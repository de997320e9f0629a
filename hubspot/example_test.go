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

// examplePortal starts a simulated portal for the examples below.
func examplePortal() (*hubspot.Client, func()) {
	portal, err := sim.Parse("example", `
label contacts 21 "Advisor" companies 22 "Advises"
contacts 101
companies 201
companies 202
deals 301
`)
	if err != nil {
		log.Fatal(err)
	}
	url, stop, err := sim.NewServer(portal, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	client, err := hubspot.New("pat-na1-example", hubspot.Options{BaseURL: url})
	if err != nil {
		log.Fatal(err)
	}
	return client, stop
}

// Look up the type id of a label, link two records with it, and read what they have:
// HubSpot adds the plain type, and the inverses on the other side.
func ExampleClient_PutAssociation() {
	client, stop := examplePortal()
	defer stop()
	contacts, companies := "0-1", "0-2"
	ctx := hubspot.AllowCreates(context.Background()) // by what a person has approved
	list, err := client.Labels(ctx, contacts, companies)
	if err != nil {
		log.Fatal(err)
	}
	for _, label := range list.Labels {
		if label.Label != "Advisor" {
			continue
		}
		types := []hubspot.LinkType{{Category: label.Category, ID: int32(label.TypeID)}}
		if err := client.PutAssociation(ctx, contacts, companies, hubspot.CreateInput{From: 101, To: 201, Types: types}); err != nil {
			log.Fatal(err)
		}
	}
	for page, err := range client.RecordAssociations(ctx, companies, contacts, 201) {
		if err != nil {
			log.Fatal(err)
		}
		for _, link := range page {
			fmt.Println(link.From, "->", link.To, link.Types)
		}
	}
	// Output: 201 -> 101 [{HUBSPOT_DEFINED 280 } {USER_DEFINED 22 Advises}]
}

// Link in bulk by the default types, and take the links of one pair away again.
func ExampleClient_CreateDefaultAssociations() {
	client, stop := examplePortal()
	defer stop()
	deals, companies := "0-3", "0-2"
	ctx := hubspot.AllowRemovals(hubspot.AllowCreates(context.Background()))
	batch, err := client.CreateDefaultAssociations(ctx, deals, companies, []hubspot.Pair{{From: 301, To: 201}, {From: 301, To: 202}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(batch.Created), "rows, failed:", batch.Failed)
	if _, err := client.ArchiveAssociations(ctx, deals, companies, []hubspot.ArchiveInput{{From: 301, To: []int64{202}}}); err != nil {
		log.Fatal(err)
	}
	left, err := client.ReadAssociations(ctx, deals, companies, []hubspot.ReadInput{{ID: 301}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("left:", left.Links)
	// Output:
	// 4 rows, failed: []
	// left: [{301 201 [{HUBSPOT_DEFINED 341 }]}]
}

// Define a label with a text for each direction, and let a contact have one company
// with it.
func ExampleClient_CreateLabel() {
	client, stop := examplePortal()
	defer stop()
	contacts, companies := "0-1", "0-2"
	ctx := hubspot.AllowDefinitions(context.Background())
	label, err := client.CreateLabel(ctx, contacts, companies, hubspot.NewLabel{Name: "founder", Label: "Founder of", Inverse: "Founded by"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(label.There.Label, "/", label.Back.Label, label.Certain)
	limit := hubspot.Limit{Category: label.There.Category, TypeID: int32(label.There.TypeID), Max: 1}
	set, err := client.CreateLimits(ctx, contacts, companies, []hubspot.Limit{limit})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Set[0].Label, set.Set[0].Max)
	// Output:
	// Founder of / Founded by true
	// Founder of 1
}

// What cannot be an association is refused before it is sent, and so is a write
// without the right to it.
func ExampleClient_CreateAssociations() {
	client, stop := examplePortal()
	defer stop()
	ctx := context.Background()
	plain := []hubspot.LinkType{{Category: hubspot.HubSpotDefined, ID: 279}}
	for _, in := range []hubspot.CreateInput{{From: 101, To: 201}, {From: 101, To: 201, Types: plain}} {
		_, err := client.CreateAssociations(ctx, "0-1", "0-2", []hubspot.CreateInput{in})
		fmt.Println(err)
	}
	fmt.Println(client.Stats().Requests, "requests")
	// Output:
	// create 101 to 201: no association types are given
	// POST /crm/associations/2026-09/0-1/0-2/batch/create: this command does not write to the portal
	// 0 requests
}
