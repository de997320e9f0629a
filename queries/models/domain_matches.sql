-- Settled contacts whose e-mail domain is that of exactly one live company, and no free-mail domain: see the setting
--   free_mail_domains.
-- column contact_id: The contact
-- column company_id: The company

SELECT c.object_id AS contact_id, k.company_id
FROM live c
JOIN (
  SELECT lower(o.domain) AS domain, min(o.object_id) AS company_id
  FROM live o
  WHERE o.object_type = 'companies'
    AND o.domain <> ''
  GROUP BY lower(o.domain)
  HAVING count(*) = 1
) k
  ON k.domain = lower(c.email_domain)
ANTI JOIN settings s
  ON s.key = 'free_mail_domains' AND lower(s.value) = k.domain
ANTI JOIN unread u
  ON u.object_type = 'contacts' AND u.object_id = c.object_id AND u.to_type = 'companies'
WHERE c.object_type = 'contacts'
  AND c.settled
