package hubspot

import (
	"context"
	"errors"
)

// Scopes lists the scopes of a private app's token, as HubSpot lists them. It is nil
// for the tokens that an app buys: of those HubSpot says nothing but by their text in a path,
// which would end up in logs.
func (c *Client) Scopes(ctx context.Context) ([]string, error) {
	if c.auth.grant != nil {
		return nil, nil
	}
	body := struct {
		TokenKey string `json:"tokenKey"`
	}{c.auth.token.reveal()}
	var scopes []string
	err := c.do(ctx, opTokenInfo, request{body: body}, func(data []byte) error {
		var doc struct{ Scopes []string }
		if err := unmarshal(data, &doc); err != nil {
			return err
		}
		if scopes = doc.Scopes; scopes == nil {
			return errors.New("it lists no scopes")
		}
		return nil
	})
	return scopes, err
}
