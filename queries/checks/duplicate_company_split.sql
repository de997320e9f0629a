-- title: Companies that share a domain and divide the people
-- severity: medium
-- kind: state
-- description: Each has some of the contacts, so no account shows all of them. Parents and children share a domain rightly, and
--   so do franchises and regional offices: the setting standalone_domains lists their domains. Free-mail domains are nobody's.
-- advice: Merge them in HubSpot, or make one the parent of the others: `hubgraph sql "FROM checks.duplicate_company_split"` has
--   what each holds.
-- needs: objects companies, objects contacts, associations companies contacts, associations contacts companies,
--   associations companies companies
-- universe:
--   SELECT count(*) AS n
--   FROM company_domains d
-- identity: companies
-- gate: new
-- settings: grace_hours int 24, standalone_domains list, free_mail_domains list gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com
--   hotmail.com hotmail.co.uk hotmail.fr outlook.com live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch
--   web.de t-online.de freenet.de mail.com mail.ru yandex.com yandex.ru proton.me protonmail.com pm.me tutanota.com zoho.com fastmail.com
--   qq.com 163.com 126.com orange.fr wanadoo.fr free.fr laposte.net libero.it comcast.net verizon.net att.net bluewin.ch
-- tags: duplicates, companies
-- maturity: stable
-- column subject_id: The oldest of the companies
-- column subject_name: Domain that they share
-- column companies: The companies, as companies:ID
-- column contacts: How many contacts they have together
-- column contacts_of_each: How many contacts each has, as ID: N

WITH shared AS (
  SELECT k.object_id, lower(k.domain) AS domain
  FROM live k
  SEMI JOIN company_domains d
    ON d.domain = lower(k.domain) AND d.companies > 1
  ANTI JOIN settings s
    ON s.key IN ('free_mail_domains', 'standalone_domains') AND lower(s.value) = lower(k.domain)
  WHERE k.object_type = 'companies'
    AND k.settled
),
-- Those of one domain of which one is the other's parent.
related AS (
  SELECT p.company_id, p.parent_id
  FROM company_parents p
  JOIN shared c
    ON c.object_id = p.company_id
  JOIN shared q
    ON q.object_id = p.parent_id AND q.domain = c.domain
)
SELECT 'companies' AS subject_type, min(c.object_id) AS subject_id, c.domain AS subject_name,
  array_sort(array_agg('companies:' || cast(c.object_id AS string))) AS companies,
  CAST(sum(c.contacts) AS bigint) AS contacts,
  array_sort(array_agg(cast(c.object_id AS string) || ': ' || cast(c.contacts AS string))) AS contacts_of_each
FROM (
  SELECT s.object_id, s.domain, count(DISTINCT n.to_id) AS contacts
  FROM shared s
  JOIN neighbors n
    ON n.from_type = 'companies' AND n.from_id = s.object_id AND n.to_type = 'contacts'
  ANTI JOIN related r
    ON r.company_id = s.object_id
  ANTI JOIN related q
    ON q.parent_id = s.object_id
  GROUP BY s.object_id, s.domain
) c
GROUP BY c.domain
HAVING count(*) > 1
