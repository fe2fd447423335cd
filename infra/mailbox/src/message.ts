/** A mail that the mailbox has received. */
export interface ReceivedMail {
  /** Counts from 1 in the order of arrival. */
  readonly id: number;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** The header `Message-ID`. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Empty if there is none. */
  readonly html: string;
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly bytes: number }[];
}
