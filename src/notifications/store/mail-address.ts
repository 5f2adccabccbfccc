/**
 * Whether mails of tenant $1 still go to a `user_account` AS account: not to one that is disabled, or is not of the tenant any
 * more. What waited for quiet hours or a mail server is no longer for them.
 */
export const IS_ADDRESSEE = /* sql */ `
account.disabled_at IS NULL
AND (account.is_owner OR EXISTS (SELECT FROM linehaul.membership WHERE tenant_id = $1 AND user_id = account.id))`
