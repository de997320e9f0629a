package sim

import "time"

var accountRoutes = []route{
	{name: "account", method: "GET", legacy: "/account-info/v3/details", dated: "/account-info/{v}/details", serve: getAccount},
	{name: "usage", method: "GET", legacy: "/account-info/v3/api-usage/daily/private-apps", dated: "/account-info/{v}/api-usage/daily/private-apps", serve: getUsage},
	{name: "enablement", method: "GET", legacy: "/crm/v3/object-library/enablement", dated: "/crm/object-library/{v}/enablement", serve: listEnabled},
	{name: "enablement-one", method: "GET", legacy: "/crm/v3/object-library/enablement/{type}", dated: "/crm/object-library/{v}/enablement/{type}", serve: getEnabled},
}

type accountDetails struct {
	PortalID              int64    `json:"portalId"`
	AccountType           string   `json:"accountType"`
	TimeZone              string   `json:"timeZone"`
	CompanyCurrency       string   `json:"companyCurrency"`
	AdditionalCurrencies  []string `json:"additionalCurrencies"`
	UTCOffset             string   `json:"utcOffset"`
	UTCOffsetMilliseconds int      `json:"utcOffsetMilliseconds"`
	UIDomain              string   `json:"uiDomain"`
	DataHostingLocation   string   `json:"dataHostingLocation"`
}

// getAccount returns whose portal it is.
func getAccount(c *call) (answer, error) {
	a := c.portal.account
	now := c.time().In(c.server.limits.zone)
	_, offset := now.Zone()
	return ok(accountDetails{PortalID: a.id, AccountType: a.kind, TimeZone: a.timeZone, CompanyCurrency: a.currency, AdditionalCurrencies: []string{},
		UTCOffset: now.Format("-07:00"), UTCOffsetMilliseconds: 1000 * offset, UIDomain: a.uiDomain, DataHostingLocation: "na1"}), nil
}

type dailyUsage struct {
	Name         string    `json:"name"`
	UsageLimit   int       `json:"usageLimit"`
	CurrentUsage int       `json:"currentUsage"`
	CollectedAt  time.Time `json:"collectedAt"`
	FetchStatus  string    `json:"fetchStatus"`
	ResetsAt     time.Time `json:"resetsAt"`
}

// getUsage returns how many of the day's requests are used, this one included.
func getUsage(c *call) (answer, error) {
	used, daily, reset := c.server.limits.usage()
	return ok(results[dailyUsage]{[]dailyUsage{{"private-apps-api-calls-daily", daily, used, c.time().UTC().Truncate(time.Millisecond), "SUCCESS", reset.UTC()}}}), nil
}

type enabledTypes struct {
	ByType map[string]bool `json:"enablementByObjectTypeId"`
}

type enabledType struct {
	Enabled bool `json:"enablement"`
}

// listEnabled reports every object type as in use.
func listEnabled(c *call) (answer, error) {
	all := enabledTypes{map[string]bool{}}
	for _, t := range c.portal.types {
		all.ByType[t.ID] = true
	}
	return ok(all), nil
}

func getEnabled(*call) (answer, error) { return ok(enabledType{true}), nil }
