-- title: Contact whose address names a company that it is not associated with
-- severity: low
-- kind: state
-- description: The domain of the contact's e-mail address is that of exactly one company, and the two are not associated,
--   so that the company's people are not all in sight. Free-mail domains name nobody, and neither does a domain
--   that several companies share.
-- advice: HubSpot's automatic association may be off on purpose. Where it is not, associate those that
--   `hubgraph sql "FROM checks.domain_match_unlinked"` lists; the setting free_mail_domains names the domains that do not
--   count.
-- needs: objects contacts, objects companies, associations contacts companies, associations companies contacts, records companies
-- universe:
--   SELECT count(*) AS n
--   FROM domain_matches
-- identity: subject_type, subject_id
-- gate: new
-- repair: rule contact_company_of_domain
-- settings: grace_hours int 24, free_mail_domains list gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com
--   hotmail.com hotmail.co.uk hotmail.fr outlook.com live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch
--   web.de t-online.de freenet.de mail.com mail.ru yandex.com yandex.ru proton.me protonmail.com pm.me tutanota.com zoho.com fastmail.com
--   qq.com 163.com 126.com orange.fr wanadoo.fr free.fr laposte.net libero.it comcast.net verizon.net att.net bluewin.ch
-- tags: triangles, companies
-- maturity: stable
-- column candidate_company_id: The only company with the domain of the contact's address
-- column candidate_name: Name of that company
-- column other_company_ids: Companies that the contact is associated with; null where there are none

WITH unlinked AS (
  SELECT m.contact_id, m.company_id
  FROM domain_matches m
  ANTI JOIN parties p
    ON p.contact_id = m.contact_id AND p.company_id = m.company_id
)
SELECT c.object_type AS subject_type, c.object_id AS subject_id, c.name AS subject_name,
  c.email_domain, m.company_id AS candidate_company_id, k.name AS candidate_name,
  o.company_ids AS other_company_ids,
  c.lifecycle_stage, c.owner_id, c.url
FROM unlinked m
JOIN live c
  ON c.object_type = 'contacts' AND c.object_id = m.contact_id
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = m.company_id
LEFT JOIN (
  SELECT p.contact_id, array_sort(array_agg(p.company_id)) AS company_ids
  FROM parties p
  SEMI JOIN unlinked u
    ON u.contact_id = p.contact_id
  GROUP BY p.contact_id
) o
  ON o.contact_id = m.contact_id
