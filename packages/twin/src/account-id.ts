/** The account of AWS's own examples: it belongs to nobody, and shows in every ARN that the ARN is not a real one. */
export const ACCOUNT_ID = '123456789012';
