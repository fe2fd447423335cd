export { createTicketCodes, type DecodedTicket, type TicketCodes } from './ticket-code.js';
export { keySetOf, readTicketKeys, ticketKeysSetting, type TicketKey } from './ticket-keys.js';
