package sim

// The words that generated records are made of. Domains end in .example, and
// telephone numbers lie in the range for fiction: none belongs to anybody.
var (
	firstNames = []string{
		"Ada", "Aisha", "Alejandro", "Amelie", "Andrei", "Anika", "Anton", "Aylin", "Beatriz", "Bruno", "Camille", "Chiara",
		"Dagmar", "Daniel", "Deniz", "Elena", "Elif", "Emil", "Emma", "Erik", "Fatima", "Felix", "Francesca", "Greta",
		"Hannah", "Hugo", "Ines", "Ingrid", "Ivan", "Jakub", "Jana", "Jasper", "Joana", "Jonas", "Julia", "Kaito",
		"Karim", "Katarzyna", "Lars", "Laura", "Leila", "Linus", "Lucia", "Maeve", "Marek", "Maria", "Mateo", "Mei",
		"Mohammed", "Nadia", "Niamh", "Noah", "Oksana", "Olivia", "Paolo", "Priya", "Rafael", "Sofia", "Tariq", "Yusuf",
	}
	lastNames = []string{
		"Adeyemi", "Albrecht", "Andersen", "Baker", "Bianchi", "Brandt", "Castillo", "Chen", "Claes", "Costa", "Dubois", "Eriksen",
		"Fischer", "Flynn", "Fontaine", "Garcia", "Gruber", "Haddad", "Hansen", "Hoffmann", "Ibrahim", "Ivanova", "Jansen", "Jensen",
		"Kaya", "Keller", "Kowalski", "Lambert", "Larsson", "Leitner", "Lindqvist", "Lopez", "Marino", "Martin", "Meyer", "Moreau",
		"Murphy", "Nakamura", "Neumann", "Nguyen", "Novak", "Okafor", "Oliveira", "Patel", "Peeters", "Petrov", "Popescu", "Quinn",
		"Ricci", "Rossi", "Santos", "Schmidt", "Silva", "Svensson", "Takacs", "Tanaka", "Varga", "Vermeulen", "Wagner", "Weber", "Zielinski",
	}
	companyFirst = []string{
		"Alder", "Amber", "Arc", "Aurora", "Beacon", "Birch", "Blue Harbor", "Bright", "Cedar", "Copper", "Crescent", "Delta",
		"Dune", "Eagle", "Ember", "Evergreen", "Falcon", "Fjord", "Garnet", "Golden", "Granite", "Green Valley", "Harbor", "Hazel",
		"Highland", "Iron", "Juniper", "Lake", "Lantern", "Lighthouse", "Linden", "Lunar", "Maple", "Meridian", "Mill", "North Star",
		"Oak", "Old Town", "Orchard", "Pine", "Polar", "Quarry", "River", "Silver", "Stone", "Summit", "Tide", "Willow",
	}
	companyLast = []string{
		"Analytics", "Architects", "Automotive", "Bakeries", "Biotech", "Books", "Brewing", "Builders", "Catering", "Clinics", "Cosmetics", "Dental",
		"Design", "Energy", "Engineering", "Fashion", "Film", "Foods", "Freight", "Furniture", "Gardens", "Hotels", "Insurance", "Labs",
		"Law", "Logistics", "Media", "Mobility", "Optics", "Pharma", "Press", "Property", "Robotics", "Schools", "Software", "Sports",
		"Studios", "Textiles", "Travel", "Ventures", "Wines",
	}
	cities = []string{
		"Amsterdam", "Antwerp", "Barcelona", "Berlin", "Bologna", "Bristol", "Copenhagen", "Cork", "Dublin", "Ghent", "Gothenburg", "Graz",
		"Hamburg", "Helsinki", "Krakow", "Leipzig", "Lisbon", "Lyon", "Malmo", "Munich", "Nantes", "Oslo", "Porto", "Prague",
		"Rotterdam", "Seville", "Tallinn", "Turin", "Utrecht", "Valencia", "Vienna", "Warsaw", "Zurich",
	}
	industries = []string{"ACCOUNTING", "AUTOMOTIVE", "BIOTECHNOLOGY", "COMPUTER_SOFTWARE", "CONSTRUCTION", "EDUCATION_MANAGEMENT", "FOOD_PRODUCTION",
		"HOSPITAL_HEALTH_CARE", "HOSPITALITY", "INSURANCE", "LAW_PRACTICE", "LOGISTICS_AND_SUPPLY_CHAIN", "MACHINERY", "REAL_ESTATE", "RETAIL"}
	jobs = []string{"Office Manager", "Facility Manager", "Head of Procurement", "Buyer", "Managing Director", "Chief Financial Officer", "Team Assistant",
		"Head of Operations", "Restaurant Manager", "Barista", "IT Administrator", "Human Resources Manager", "Site Manager", "Accountant", "Founder"}
	lifecycleStages = []string{"subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "customer", "customer", "evangelist"}
	troubles        = []string{"grinder jams", "no steam", "leaks at the group head", "display stays dark", "descaling does not end", "milk is not frothed",
		"invoice has the wrong address", "delivery came late", "spare part needed", "question about the lease", "cup sensor out of order", "water runs cold"}
	products = []product{{"Lyra 2 espresso machine", 2, 4150}, {"Lyra 4 espresso machine", 4, 7890}, {"Vega fully automatic machine", 1, 3290},
		{"Orion bean-to-cup machine", 3, 5460}, {"Grinder G7", 2, 890}, {"Milk cooler", 2, 420}, {"Water softener", 3, 310}, {"Service contract, one year", 1, 960},
		{"Barista training", 2, 540}, {"House blend, 10 kg", 12, 178}, {"Delivery and installation", 1, 350}, {"Cleaning kit", 4, 65}}
	staff = []owner{
		{30418877, "ada.novak@coffeeworks.example", "Ada", "Novak", false}, {30419120, "jonas.weber@coffeeworks.example", "Jonas", "Weber", false},
		{41022518, "maeve.quinn@coffeeworks.example", "Maeve", "Quinn", false}, {52117349, "rafael.costa@coffeeworks.example", "Rafael", "Costa", false},
		{60770915, "ingrid.larsson@coffeeworks.example", "Ingrid", "Larsson", false}, {60770918, "karim.haddad@coffeeworks.example", "Karim", "Haddad", false},
		{71530264, "mei.tanaka@coffeeworks.example", "Mei", "Tanaka", false}, {76240031, "paolo.ricci@coffeeworks.example", "Paolo", "Ricci", false},
		{80133542, "sofia.petrov@coffeeworks.example", "Sofia", "Petrov", false},
	}
	// What labels are called that a night brings, and what those are called anew
	// that it renames.
	newLabels = []string{"Sponsor", "Gatekeeper", "Influencer", "Key user", "Budget holder", "Legal contact", "Technical contact", "Emergency contact",
		"Procurement", "Evaluator", "Consultant", "Signatory", "Regional contact", "Former customer", "Event guest", "Board member"}
)

// product is what is sold, with the most pieces that one buys at once and the
// price of a piece.
type product struct {
	name  string
	most  int
	price int
}
