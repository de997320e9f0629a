-- title: Contact without company
-- severity: low
-- kind: state
-- description: Account reports and automatic associations go by the company. Some contacts have none by nature: those of
--   free-mail domains are marked, and the check fails by the share of all. Contacts whose address names exactly one company
--   are found by domain_match_unlinked.
-- advice: Turn on HubSpot's automatic association by domain, or associate the candidates: `hubgraph
--   sql "FROM checks.contact_without_company"` names the companies that share the domain.
-- needs: objects contacts, objects companies, associations contacts companies, associations companies contacts, records companies
-- universe:
--   SELECT count(*) AS n
--   FROM live c
--   WHERE c.object_type = 'contacts'
--     AND c.settled
-- identity: subject_type, subject_id
-- gate: percent > 40
-- settings: grace_hours int 24, free_mail_domains list gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com
--   hotmail.com hotmail.co.uk hotmail.fr outlook.com live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch
--   web.de t-online.de freenet.de mail.com mail.ru yandex.com yandex.ru proton.me protonmail.com pm.me tutanota.com zoho.com fastmail.com
--   qq.com 163.com 126.com orange.fr wanadoo.fr free.fr laposte.net libero.it comcast.net verizon.net att.net bluewin.ch
-- tags: orphans, contacts
-- maturity: stable
-- column free_mail: The address is one of a free-mail service: the setting free_mail_domains; null where no address is known
-- column candidates: How many companies have the domain of the address; null of free-mail domains
-- column candidate_company_ids: The first five of these

WITH alone AS (
  SELECT c.object_id
  FROM live c
  ANTI JOIN neighbors n
    ON n.from_type = 'contacts' AND n.from_id = c.object_id AND n.to_type = 'companies'
  WHERE c.object_type = 'contacts'
    AND c.settled
),
contact AS (
  SELECT c.object_type, c.object_id, c.name, c.email_domain, lower(c.email_domain) AS domain, c.lifecycle_stage, c.owner_id, c.url
  FROM alone a
  JOIN live c
    ON c.object_type = 'contacts' AND c.object_id = a.object_id
),
free_mail AS (
  SELECT DISTINCT lower(s.value) AS domain
  FROM settings s
  WHERE s.key = 'free_mail_domains'
),
-- Those that domain_match_unlinked finds: see domain_matches.
matched AS (
  SELECT c.object_id
  FROM contact c
  JOIN company_domains k
    ON k.domain = c.domain AND k.companies = 1
  ANTI JOIN free_mail f
    ON f.domain = c.domain
  ANTI JOIN unread u
    ON u.object_type = 'contacts' AND u.object_id = c.object_id AND u.to_type = 'companies'
)
SELECT c.object_type AS subject_type, c.object_id AS subject_id, c.name AS subject_name,
  c.email_domain,
  CASE WHEN c.email_domain IS NOT NULL THEN f.domain IS NOT NULL END AS free_mail,
  c.lifecycle_stage,
  CASE WHEN f.domain IS NULL THEN k.companies END AS candidates,
  CASE WHEN f.domain IS NULL THEN k.company_ids END AS candidate_company_ids,
  c.owner_id, c.url
FROM contact c
ANTI JOIN matched m
  ON m.object_id = c.object_id
LEFT JOIN free_mail f
  ON f.domain = c.domain
LEFT JOIN company_domains k
  ON k.domain = c.domain
