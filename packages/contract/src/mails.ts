/** Task queue of the mails: a slow mail server occupies no worker of purchases. */
export const MAIL_TASK_QUEUE = 'box-office-mails';

/** Registered name of the workflow that sends the mails that are due. */
export const MAIL_DELIVERY_WORKFLOW = 'mailDelivery';
/** At most one runs. */
export const MAIL_DELIVERY_WORKFLOW_ID = 'mail-delivery';
