const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an id can be of a purchase, ticket, hold or cancellation: these are UUIDs, in lower case. Ids of events are not. */
export const isUuid = (id: string): boolean => UUID.test(id);
