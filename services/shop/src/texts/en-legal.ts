/** Pages of the operator. */
export const legal = {
  label: 'Legal',
  terms: 'Terms and conditions',
  privacy: 'Privacy',
  imprint: 'Imprint',
  /** Followed by the link and a full stop. */
  accept: 'By ordering you accept the',
  acceptLink: 'terms and conditions (opens in a new tab)',
};
