package terminal

import "testing"

func TestPrintable(t *testing.T) {
	if got := Printable("a\x1b[31m\u202eb\u009bc\nd\te\u2028f\u2029g"); got != "a[31mbc d e f g" {
		t.Errorf("printable: %q", got)
	}
}

func TestCount(t *testing.T) {
	if got := Count(0, "record") + ", " + Count(1, "record") + ", " + Count(2, "record"); got != "0 records, 1 record, 2 records" {
		t.Error(got)
	}
}
