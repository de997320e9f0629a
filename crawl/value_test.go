package crawl

import (
	"strings"
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-05-06", "2026-05-06T02:00:00+02:00", "1778025600000"} {
		if got, ok := moment(text); !ok || !got.Equal(day) {
			t.Errorf("moment(%q) = %v, %t, want %v", text, got, ok, day)
		}
	}
	for _, text := range []string{"", "soon", "2026-13-01", "0001-01-01T00:00:00Z", "9223372036854775807", "253402300800000"} {
		if got, ok := moment(text); ok {
			t.Errorf("moment(%q) = %v, want none", text, got)
		}
	}
}

func TestDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "12": "12", "1234.50": "1234.50", "-0.5": "-0.5", "0.0000": "0.0000", "99999999999999.9999": "99999999999999.9999",
		"1e9": "1000000000", "1.5E7": "15000000", "25e-1": "2.5", "1E-400": "0", "+5": "5", ".5": "0.5", "-.5": "-0.5", "5.": "5", "-0": "0", "-0.00004": "0", "00.50": "0.5",
		"0.00005": "0.0001", "-0.00005": "-0.0001", "2.00004999": "2", "00000000000000012": "12", "99999999999999.99994": "99999999999999.9999",
	} {
		if got, ok := decimal(text); !ok || got != want {
			t.Errorf("decimal(%q) = %q, %t, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "-", ".", "e5", "5e", "NaN", "Infinity", "1,5", "1/2", "0x10", "1_0", "--1", "1.2.3", "1 0", "123456789012345", "99999999999999.99995", "1e15", "1e999999999", strings.Repeat("0", 200)} {
		if got, ok := decimal(text); ok {
			t.Errorf("decimal(%q) = %q, want none", text, got)
		}
	}
}
