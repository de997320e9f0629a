package queries

// Subject names what a finding is about, as a report does.
func (f Finding) Subject() string { return f.subject() }

// Facts are a finding's evidence, as a report writes it.
func (f Finding) Facts() []string { return facts(f.Evidence) }
