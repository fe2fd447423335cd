// Generated from docs/openapi.json by schema.test.ts. Do not edit it.

export interface paths {
    "/api/cancellations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a cancellation */
        get: operations["getCancellationsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Present a ticket at a door
         * @description Admits the ticket once, however many doors ask at the same time. The answer is 200 also for a refusal: see `result`.
         */
        post: operations["postCheckIns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an admission
         * @description The ticket can be admitted again, and its buyer can cancel it, unless another door has admitted it too. A repeat changes nothing.
         */
        post: operations["postCheckInsByIdUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Present several codes
         * @description Each code is answered by itself, in the order given. A repeat with the same keys gets the same answers. A door that was offline sends here whom it has let in, with `admittedAt`.
         */
        post: operations["postCheckInsBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show your name and e-mail address */
        get: operations["getContact"];
        /**
         * Give your name and e-mail address
         * @description Tickets that you buy from then on are sent to this address. It replaces what you gave before. It is stored once, and passed on to no webhook, message or log.
         */
        put: operations["putContact"];
        post?: never;
        /**
         * Erase your name and e-mail address
         * @description Permanently. Your purchases and tickets stay. No mail is sent to you until you give an address again.
         */
        delete: operations["deleteContact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search events
         * @description All events, or those that match every parameter, in the order in which they were created. A page of a search may have fewer events than `limit`, or none, before the last one: follow `next` until it is null.
         */
        get: operations["getEvents"];
        put?: never;
        /**
         * Create an event
         * @description With an `Idempotency-Key` it can be repeated: one event is created, and the answer is that of its creation, with `Idempotent-Replayed: true`, whatever was changed since.
         */
        post: operations["postEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an event */
        get: operations["getEventsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an event
         * @description Changes the fields that the body names; concurrent changes of different fields all take effect. To avoid overwriting a later change, send the `ETag` of the event that you read as `If-Match`.
         */
        patch: operations["patchEventsById"];
        trace?: never;
    };
    "/api/events/{id}/admissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count who is in */
        get: operations["getEventsByIdAdmissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an event and refund all tickets
         * @description Ends the sale at once and permanently. Open purchases are undone, confirmed ones are cancelled and refunded one after the other at a limited rate. The request can be repeated; the first reason is kept.
         */
        post: operations["postEventsByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the progress of an event's cancellation */
        get: operations["getEventsByIdCancellation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/door-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what a door needs without a connection
         * @description The public keys, and the tickets that were admitted or cancelled or have a newer code; every other ticket with a signed code of the event is good. No names. `since` reads only what has changed.
         */
        get: operations["getEventsByIdDoorList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an event's statistics */
        get: operations["getEventsByIdStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/{id}/tickets/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search for tickets by name or e-mail address
         * @description For people whose code cannot be read. Finds the tickets of those who have given a name and an address, by name; one that was transferred by its new holder. The text is in the body, so that no log has it.
         */
        post: operations["postEventsByIdTicketsSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/guest-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find the orders of a guest by e-mail
         * @description If guests of the shop have bought with this address, a link goes to it, which leads to their orders in the shop, once. The answer is always the same: it does not say whether there are orders.
         */
        post: operations["postGuestLinks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/guest-links/consume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use a guest link up
         * @description For the shop alone, with a token of the role `shop`. Of two requests at once one succeeds.
         */
        post: operations["postGuestLinksConsume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what needs an operator
         * @description Open workflows marked `needs_attention`: one of their steps has failed for some seconds. It is retried meanwhile, and most succeed without a decision. A page may be shorter than `limit` if a workflow continued at this moment. The first page begins with purchases and cancellations that are stalled although their workflow is open (`step` is `workflow`).
         */
        get: operations["getOperationsAttention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/contacts/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase the personal data of a person
         * @description Permanently, up to a thousand contacts at once. Purchases, tickets and money stay and name the `userId`, which leads to no person any more. The audit log has who erased whose data, without the data.
         */
        post: operations["postOperationsContactsErase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/contacts/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export the personal data of a person
         * @description The contacts with an e-mail address, or of a buyer, page by page. Purchases and tickets of each `userId` are in the lists of purchases and of received tickets. The audit log has who exported whose data.
         */
        post: operations["postOperationsContactsExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List findings
         * @description Differences between the stores that two checks have confirmed. Those that are `handed_over` need an operator.
         */
        get: operations["getOperationsFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/purchases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the workflows of a purchase
         * @description Its workflows in Temporal, its cancellations, the disputes of its payment, and what operators decided about it so far.
         */
        get: operations["getOperationsPurchasesById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/purchases/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide about a purchase that is stuck
         * @description Decides about the step of the purchase, or of its cancellation, that keeps failing. The decision is recorded in the audit log with the token's subject and the reason, and takes effect at once. `retry` can be decided at any time; anything else only once the step is marked as stuck (it is among those of `GET /api/operations/attention`), because a step that is still being tried may be about to succeed: 409 `nothing-to-resolve` before.
         */
        post: operations["postOperationsPurchasesByIdResolve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rebuild derived data
         * @description Rebuilds the inventory and the read models in Redis from PostgreSQL and the capacity from the ledger, then compares all stores. Purchases continue meanwhile. A request joins a rebuild in progress.
         */
        post: operations["postOperationsRebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/rebuild/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a rebuild */
        get: operations["getOperationsRebuildById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a reconciliation run
         * @description Compares PostgreSQL, Redis, the messages, the workflows and the payment provider, repairs what is safe to repair and hands the rest over to operators. A schedule does so every minute with what changed; this request checks everything in its scope. It joins a reconciliation run in progress.
         */
        post: operations["postOperationsReconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/reconciliation/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a reconciliation run */
        get: operations["getOperationsReconciliationById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List endpoints
         * @description All of them, oldest first, without their secrets.
         */
        get: operations["getOperationsWebhooks"];
        put?: never;
        /**
         * Register an endpoint
         * @description From now on messages of these types are sent there, as Standard Webhooks describes. The `secret` signs them; it is shown this once. With an `Idempotency-Key` the request can be repeated: one endpoint is registered, and the answer has its secret again while that is in use. Once the endpoint is deleted, a repeat is refused.
         */
        post: operations["postOperationsWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an endpoint */
        get: operations["getOperationsWebhooksById"];
        put?: never;
        post?: never;
        /**
         * Delete an endpoint
         * @description Nothing more is sent to it. Its log is deleted as well.
         */
        delete: operations["deleteOperationsWebhooksById"];
        options?: never;
        head?: never;
        /**
         * Change an endpoint
         * @description Changes the fields that the body names. To a disabled endpoint nothing is sent; what is written meanwhile can be replayed once it is enabled.
         */
        patch: operations["patchOperationsWebhooksById"];
        trace?: never;
    };
    "/api/operations/webhooks/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List attempts of an endpoint
         * @description What was sent in the last 30 days and how it was answered, newest first.
         */
        get: operations["getOperationsWebhooksByIdAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay messages to an endpoint
         * @description Sends one message again, or those of a period that have one of its types, delivered or not, with the same `webhook-id`. Messages are kept for 30 days. At most 10000 at once: `next` says where to continue.
         */
        post: operations["postOperationsWebhooksByIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of an endpoint
         * @description Messages are signed with the new secret, and with the previous ones until they expire. The new secret is shown this once. With an `Idempotency-Key` the request can be repeated: one secret is added, and the answer has it again while it is in use.
         */
        post: operations["postOperationsWebhooksByIdRotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message
         * @description Sends a message of the type `webhook.test`. The log of attempts shows how it was answered.
         */
        post: operations["postOperationsWebhooksByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List purchases
         * @description Newest first, from PostgreSQL. A purchase that was refused without a workflow (sold out, for example) is not listed.
         */
        get: operations["getPurchases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a purchase */
        get: operations["getPurchasesById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a purchase or some of its tickets
         * @description Refunds the tickets by the event's refund rules (`GET …/refund` shows the amount first) and returns their capacity. Buyers may do so until the event's `cancellableUntil`, operators at any time. The same request is the same cancellation, however often it is sent; it needs no key. A purchase that is still open is stopped. The body may be left out.
         */
        post: operations["postPurchasesByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the mails of a purchase
         * @description The newest first. They go to the address of the buyer’s contact.
         */
        get: operations["getPurchasesByIdMails"];
        put?: never;
        /**
         * Send the tickets of a purchase again
         * @description Those that the buyer has, to the address of the buyer’s contact. The address is read when the mail is sent. A mail that waits is tried now, and no other one is made. At most four in an hour; then 429, and `Retry-After` says when the next one can be sent.
         */
        post: operations["postPurchasesByIdMails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/payment-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the payment of a purchase now
         * @description Send it when the buyer has come back to `payment.returnUrl`: the purchase asks the payment provider at once. Without it the purchase learns from the provider, or asks by itself. It has no effect on a purchase that waits for nothing.
         */
        post: operations["postPurchasesByIdPaymentCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the receipts of a purchase
         * @description The receipt of a purchase that was paid, and a correction for each cancellation that refunds something. They are issued some moments after the purchase, and never change. None where no seller is configured.
         */
        get: operations["getPurchasesByIdReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what a cancellation would refund
         * @description What the caller would get back for these tickets at this moment, by the event's refund rules. They hold for buyers; an operator returns everything.
         */
        get: operations["getPurchasesByIdRefund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/purchases/{id}/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tickets of a purchase with their codes
         * @description None before the purchase is confirmed, and none of other buyers.
         */
        get: operations["getPurchasesByIdTickets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/received-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tickets that you have taken over
         * @description Those that others bought and gave to the caller, or to whom an operator names. The event that comes last is first. Bought tickets are in the purchases.
         */
        get: operations["getReceivedTickets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the public keys of tickets’ codes
         * @description The first one signs new codes. The others have signed codes that are still accepted.
         */
        get: operations["getTicketKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket-transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Offer a ticket to somebody else
         * @description Answers with a code, which is shown once. The ticket stays yours until somebody accepts it with the code. An offer that was made before is withdrawn. Only who has the ticket can offer it.
         */
        post: operations["postTicketTransfers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket-transfers/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take over a ticket that is offered with a code
         * @description The ticket is yours from then on, with a new code at the door; the code before is refused. Its buyer cannot cancel it any more. It is sent to the address of your contact, if you have given one. A repeat gets the same answer.
         */
        post: operations["postTicketTransfersAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket-transfers/show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the ticket that is offered with a code */
        post: operations["postTicketTransfersShow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket-transfers/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw the offer of a ticket
         * @description The code of the offer is worthless from then on. A repeat changes nothing.
         */
        post: operations["postTicketTransfersWithdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a ticket with its code */
        get: operations["getTicketsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the mails with a ticket
         * @description For the person who has the ticket: the mails to that person with tickets of the same purchase. The newest first.
         */
        get: operations["getTicketsByIdMails"];
        put?: never;
        /**
         * Send a ticket again
         * @description For the person who has the ticket: it and what else that person has of the same purchase, to the address of the person’s contact. The address is read when the mail is sent. A mail that waits is tried now, and no other one is made. At most four in an hour; then 429, and `Retry-After` says when the next one can be sent.
         */
        post: operations["postTicketsByIdMails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List holds
         * @description Newest first, from PostgreSQL.
         */
        get: operations["getTicketsHolds"];
        put?: never;
        /**
         * Hold tickets
         * @description Holds tickets for the buyer until they are bought (name the hold in the purchase), released, or the time is over. Their price is kept as well: `amountMinor` is what they cost with this hold, whatever the price is later. It can be repeated with the same key any number of times: it holds once.
         */
        post: operations["postTicketsHolds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/holds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a hold */
        get: operations["getTicketsHoldsById"];
        put?: never;
        post?: never;
        /** Release a hold */
        delete: operations["deleteTicketsHoldsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/purchase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Buy tickets
         * @description Takes the tickets, charges the payment and answers with the tickets. It can be repeated with the same key any number of times: it buys once and answers the same, with `Idempotent-Replayed: true`. Tickets that cost nothing need no `payment`, and the payment provider is never called for them; for all others it is required.
         */
        post: operations["postTicketsPurchase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transactions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a transaction */
        get: operations["getTransactionsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's tickets
         * @description Tickets that are valid, and those that are being cancelled; see `status`.
         */
        get: operations["getUsersByIdTickets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive an event of Stripe
         * @description For Stripe alone, which signs it (`Stripe-Signature`). It is answered 200 once the event is recorded; each event is taken up once, in whatever order they come. A dispute is recorded as its latest event shows it.
         */
        post: operations["postWebhooksStripe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Admission: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            admittedAt: string;
            /** @example Gate B */
            gate: string;
        };
        Admissions: {
            admitted: number;
            counts: {
                admitted: number;
                gate: string;
                /** @example Standard */
                ticketType: string;
            }[];
            /** @description People beyond `admitted`: offline, two doors admitted the same ticket. */
            double: number;
            /** @example 1 */
            eventId: string;
            /** @description Valid tickets, some seconds old at most. */
            sold: number;
        };
        Cancellation: {
            /** Format: uuid */
            cancellationId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            cancelledAt?: string | null;
            currency?: string | "";
            /** @example 1 */
            eventId?: string;
            /**
             * @description What is still to be refunded, or to be confirmed.
             * @example 9000
             */
            pendingMinor?: number;
            problem?: components["schemas"]["Problem"] & unknown;
            /** Format: uuid */
            purchaseId: string;
            /** @enum {string} */
            purchaseStatus?: "open" | "confirmed" | "cancelled" | "undone" | "declined" | "refused";
            reason?: string;
            /**
             * @description What the payment provider has confirmed as refunded.
             * @example 9000
             */
            refundedMinor?: number;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            requestedAt?: string;
            /**
             * @description What is to be refunded for what is cancelled or being cancelled.
             * @example 9000
             */
            requestedMinor?: number;
            /**
             * @description What an operator decided to pay back by hand: it was not refunded through the payment provider.
             * @example 9000
             */
            skippedMinor?: number;
            /**
             * @description `requested`: nothing is decided yet, or the purchase is still open and was asked to stop. `refunding`: the money is being refunded. `cancelled`: the tickets are cancelled, and the money is refunded, except `skippedMinor`.
             * @enum {string}
             */
            status: "requested" | "refunding" | "cancelled" | "refused";
            /** @description The tickets that this cancels; none if the purchase was stopped before it had any. */
            tickets?: components["schemas"]["Ticket"][];
            transactionId?: string;
        };
        CancellationRequest: {
            /**
             * @description What `GET …/refund` has shown: if another amount would be refunded, nothing is cancelled.
             * @example 9000
             */
            expectedRefundMinor?: number;
            /** @example I cannot come. */
            reason?: string;
            /**
             * @description For operators: the id of the refund or dispute by which the money went back to the buyer at the payment provider. The tickets are cancelled, and nothing is refunded again.
             * @example re_3MmlLrLkdIwHu7ix0fKTyVlL
             */
            returnedBy?: string;
            /** @description Ids of the tickets to cancel; all remaining tickets of the purchase if it is left out. */
            tickets?: string[];
        };
        CheckIn: {
            /** @description This admission, or the one that was before it. */
            admission: components["schemas"]["Admission"] | null;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            checkedAt: string;
            /** Format: uuid */
            checkInId: string;
            /**
             * @description The event of the code; null if it cannot be read.
             * @example 1
             */
            eventId: string | null;
            gate: string;
            /** @description The door had let the person in without an answer. With `already_admitted`, two doors have let somebody in with this ticket, at `checkedAt` and as `admission` says. With `cancelled` or `outdated`, it is a finding. */
            offline: boolean;
            /**
             * @description `admitted`: let the person in. `already_admitted`: see `admission`. `cancelled`: the ticket is not valid any more. `outdated`: the ticket has changed hands and has a newer code. `other_event`, `other_day`: a ticket for another event, or outside of the hours of entry. `unknown_ticket`, `forged`, `unreadable`: no ticket of ours.
             * @enum {string}
             */
            result: "admitted" | "already_admitted" | "cancelled" | "outdated" | "other_event" | "other_day" | "unknown_ticket" | "forged" | "unreadable";
            ticket: components["schemas"]["Ticket"] | null;
        };
        CheckIns: {
            checkIns: {
                checkIn?: components["schemas"]["CheckIn"];
                key: string;
                problem?: components["schemas"]["Problem"];
            }[];
        };
        ConfirmedPurchase: {
            /**
             * @description In the currency's minor unit (cents, öre, yen).
             * @example 9000
             */
            amountMinor: number;
            /** @example EUR */
            currency: string;
            /** Format: uuid */
            purchaseId: string;
            /** @enum {string} */
            status: "confirmed";
            tickets: components["schemas"]["Ticket"][];
            /** @example 7H8M3K0Q2V5Y9B4C6D1F8G3J2N */
            transactionId: string;
        };
        Contact: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            createdAt: string;
            /** @example ann@example.com */
            email: string;
            /** @enum {string} */
            language: "en" | "de";
            /** @example Ann Lee */
            name: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            updatedAt: string;
            /** @example user_1 */
            userId: string;
        };
        ContactsOfPerson: {
            contacts: components["schemas"]["Contact"][];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
        };
        DeletedWebhookEndpoint: {
            /** Format: uuid */
            endpointId: string;
        };
        DoorList: {
            /**
             * Format: date-time
             * @description Everything before is in the list.
             * @example 2027-06-01T19:00:00Z
             */
            asOf: string;
            /** @description The event is cancelled: admit with no ticket. */
            cancelled: boolean;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            closesAt: string;
            entries: {
                admission: components["schemas"]["Admission"] | null;
                /** @description No code of the ticket is good any more. */
                cancelled: boolean;
                /** @description Codes of a lower version are outdated. */
                minVersion: number;
                /** Format: uuid */
                ticketId: string;
            }[];
            /** @example 1 */
            eventId: string;
            keys: {
                /** @enum {string} */
                alg: "EdDSA";
                /** @enum {string} */
                crv: "Ed25519";
                /**
                 * @description The key id of a code, in hexadecimal.
                 * @example 9f3c01ab
                 */
                kid: string;
                /** @enum {string} */
                kty: "OKP";
                /** @enum {string} */
                use: "sig";
                x: string;
            }[];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            /**
             * Format: date-time
             * @description From when to when the doors admit.
             * @example 2027-06-01T19:00:00Z
             */
            opensAt: string;
            /** @description Give it as `since` once you have read the last page. */
            position: string;
            /** @description All entries from the beginning: replace what you have. Else add to it; an entry replaces an older one. */
            whole: boolean;
        };
        Erasure: {
            /** @description Contacts may be left. Repeat the request until this is false. */
            more: boolean;
            /** @description Whose contacts were erased; none on a repeat. */
            userIds: string[];
        };
        Event: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            cancellableUntil: string | null;
            /** @description Tickets left at this moment; null while availability is rebuilt. */
            capacity: number | null;
            /** @example EUR */
            currency: string;
            description: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            endsAt: string;
            /** @example 1 */
            id: string;
            limitPerBuyer: number;
            name: string;
            /** @description Charged once per purchase. */
            purchaseFee: {
                /**
                 * @description The price that was set without tax. `priceMinor` is this and the tax.
                 * @example 9000
                 */
                netPriceMinor?: number;
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @example 70000
                 */
                taxRatePpm: number;
            } | null;
            /** @description What a cancellation by the buyer does not give back. */
            refundRules: {
                keepsFees: boolean;
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                withheldMinor: number;
                withheldPpm: number;
            } | null;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            saleEndsAt: string | null;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            saleStartsAt: string | null;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            startsAt: string;
            /** @enum {string} */
            status: "on_sale" | "closed" | "cancelled";
            ticketTypes: {
                /** @description Tickets left at this moment; null while availability is rebuilt. */
                available: number | null;
                /** @description Charged for each ticket on top of its price. */
                fee: {
                    /**
                     * @description The price that was set without tax. `priceMinor` is this and the tax.
                     * @example 9000
                     */
                    netPriceMinor?: number;
                    /**
                     * @description In the currency's minor unit (cents, öre, yen).
                     * @example 9000
                     */
                    priceMinor: number;
                    /**
                     * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                     * @example 70000
                     */
                    taxRatePpm: number;
                } | null;
                name: string;
                /**
                 * @description The price that was set without tax. `priceMinor` is this and the tax.
                 * @example 9000
                 */
                netPriceMinor?: number;
                /**
                 * @description What a buyer pays, tax included.
                 * @example 9000
                 */
                priceMinor: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @example 70000
                 */
                taxRatePpm: number;
                total: number;
            }[];
            timeZone: string;
            venue: string;
        };
        EventCancellation: {
            /** @description Those of them that are cancelled. */
            cancelled?: number;
            /** @example EUR */
            currency?: string;
            /** @example 1 */
            eventId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            finishedAt?: string | null;
            /** @description Purchases that were open when the event was cancelled and are being undone. */
            open?: number;
            /**
             * @description What is still to be refunded, or to be confirmed.
             * @example 9000
             */
            pendingMinor?: number;
            /** @description Purchases that were ever confirmed. */
            purchases?: number;
            reason?: string;
            /**
             * @description What the payment provider has confirmed as refunded.
             * @example 9000
             */
            refundedMinor?: number;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            requestedAt?: string;
            requestedBy?: string;
            /**
             * @description What is to be refunded for what is cancelled or being cancelled.
             * @example 9000
             */
            requestedMinor?: number;
            /**
             * @description What an operator decided to pay back by hand: it was not refunded through the payment provider.
             * @example 9000
             */
            skippedMinor?: number;
            /**
             * @description `requested`: tickets are still sold, until the request is taken up. Later the sale has ended.
             * @enum {string}
             */
            status: "requested" | "running" | "finished";
            /** @description Cancellations whose refund or messages are still on their way. */
            unsettled?: number;
        };
        EventCancellationRequest: {
            /** @example The singer is ill. */
            reason: string;
        };
        /** @description What is left out stays. `ticketTypes` is the whole list, old types included; a type can be added, its price and total changed, but not removed. The currency cannot be changed. */
        EventChanges: {
            /**
             * @description Until when buyers may cancel; null: until the event starts. Operators always may.
             * @example 2027-06-01T19:00:00Z
             */
            cancellableUntil?: string;
            description?: string;
            /**
             * @description In UTC (`Z`), with the offset that the event's time zone has at that time, or without an offset: then it is the time on a clock there. Years 2000 to 2100.
             * @example 2027-06-01T19:00:00Z
             */
            endsAt?: string;
            /** @description Most tickets that one buyer may have. */
            limitPerBuyer?: number;
            /** @example Autumn concert */
            name?: string;
            /** @description Charged once per purchase, also of free tickets; null: nothing. */
            purchaseFee?: {
                /**
                 * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                 * @example 4500
                 */
                netPriceMinor?: number;
                /**
                 * @description What a buyer pays: the price includes the tax.
                 * @example 9000
                 */
                priceMinor?: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @default 0
                 * @example 70000
                 */
                taxRatePpm?: number;
            } | null;
            /** @description What a cancellation by the buyer does not give back; null: nothing. Operators and the cancellation of the event return everything. */
            refundRules?: {
                /**
                 * @description Fees are not refunded.
                 * @default false
                 */
                keepsFees?: boolean;
                /**
                 * @description Not refunded of each ticket besides.
                 * @default 0
                 * @example 200
                 */
                withheldMinor?: number;
                /**
                 * @description Share of each price that is not refunded, in millionths: 100000 is 10 %.
                 * @default 0
                 * @example 100000
                 */
                withheldPpm?: number;
            } | null;
            /**
             * @description No tickets are sold from then on, nor after the event's end; null: until its end.
             * @example 2027-06-01T19:00:00Z
             */
            saleEndsAt?: string;
            /**
             * @description No tickets are sold before; null for no limit.
             * @example 2027-06-01T19:00:00Z
             */
            saleStartsAt?: string;
            /**
             * @description In UTC (`Z`), with the offset that the event's time zone has at that time, or without an offset: then it is the time on a clock there. Years 2000 to 2100.
             * @example 2027-06-01T19:00:00Z
             */
            startsAt?: string;
            /** @enum {string} */
            status?: "on_sale" | "closed";
            /** @description In the order in which they are shown; the first is what a purchase that names none buys. Tax rate and fee of a type that exists stay if they are left out. */
            ticketTypes?: {
                /** @description Charged for each ticket on top of its price; null: nothing. */
                fee?: {
                    /**
                     * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                     * @example 4500
                     */
                    netPriceMinor?: number;
                    /**
                     * @description What a buyer pays: the price includes the tax.
                     * @example 9000
                     */
                    priceMinor?: number;
                    /**
                     * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                     * @default 0
                     * @example 70000
                     */
                    taxRatePpm?: number;
                } | null;
                /** @example Standard */
                name: string;
                /**
                 * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                 * @example 4500
                 */
                netPriceMinor?: number;
                /**
                 * @description What a buyer pays: the price includes the tax.
                 * @example 9000
                 */
                priceMinor?: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @example 70000
                 */
                taxRatePpm?: number;
                /** @example 500 */
                total: number;
            }[];
            /** @example Europe/Vienna */
            timeZone?: string;
            /** @example Great Hall */
            venue?: string;
        };
        EventStatistics: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            statistics: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                amountMinor: number;
                cancellations: number;
                cancelledTickets: number;
                /** @example 1 */
                eventId: string;
                /**
                 * @description Fees in `amountMinor`. Amounts by ticket type have none.
                 * @example 9000
                 */
                feesMinor: number;
                /** @description Holds that were taken in the hour and have ended, by how; and those that were refused. */
                holds: {
                    expired: number;
                    refused: number;
                    released: number;
                    used: number;
                };
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                hour: string;
                /** @description From the claim of a purchase to its confirmation; correct to some 25 %. Null without one. */
                latencyMs: {
                    p50: number;
                    p95: number;
                } | null;
                purchases: number;
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                refundedMinor: number;
                /** @description Purchases that came to nothing, by outcome and reason. */
                refusals: {
                    /** @enum {string} */
                    outcome: "declined" | "refused" | "undone";
                    purchases: number;
                    reason: string;
                }[];
                /**
                 * @description Fees in `refundedMinor`.
                 * @example 9000
                 */
                returnedFeesMinor: number;
                tickets: number;
                /** @description The same by ticket type; a purchase of several types counts under each of them. */
                ticketTypes: {
                    /**
                     * @description In the currency's minor unit (cents, öre, yen).
                     * @example 9000
                     */
                    amountMinor: number;
                    cancellations: number;
                    cancelledTickets: number;
                    /** @description Holds that were taken in the hour and have ended, by how; and those that were refused. */
                    holds: {
                        expired: number;
                        refused: number;
                        released: number;
                        used: number;
                    };
                    purchases: number;
                    /**
                     * @description In the currency's minor unit (cents, öre, yen).
                     * @example 9000
                     */
                    refundedMinor: number;
                    /** @description Purchases that came to nothing, by outcome and reason. */
                    refusals: {
                        /** @enum {string} */
                        outcome: "declined" | "refused" | "undone";
                        purchases: number;
                        reason: string;
                    }[];
                    tickets: number;
                    ticketType: string;
                }[];
                /**
                 * @description What cancellations withheld of the prices of their tickets.
                 * @example 9000
                 */
                withheldMinor: number;
            }[];
        };
        Finding: {
            /** @description What was done, or what an operator has to do. */
            action: string;
            /** @description Who requested the reconciliation run: an operator, or `schedule`. */
            by: string;
            cause: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            decidedAt: string | null;
            eventId: string | null;
            expected?: unknown;
            /** Format: uuid */
            findingId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            firstSeen: string;
            found?: unknown;
            /** @enum {string} */
            kind: "missing_message" | "duplicate" | "lost_hold" | "orphaned_hold" | "charge_without_ticket" | "ticket_without_charge" | "wrong_read_model" | "serial_mismatch" | "capacity_wrong" | "abandoned" | "stalled" | "webhook_disabled" | "invalid_admission";
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            lastSeen: string;
            /** Format: uuid */
            purchaseId: string | null;
            /**
             * Format: uuid
             * @description The reconciliation run that found it first.
             */
            reconciliationId: string;
            /** @enum {string} */
            status: "found" | "repaired" | "handed_over" | "gone";
            /** @description What it is about, among those of its kind and event. */
            subject: string;
            ticketType: string | null;
        };
        Findings: {
            findings: components["schemas"]["Finding"][];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
        };
        FoundAdmission: components["schemas"]["Admission"] & {
            /**
             * Format: uuid
             * @description By which it can be undone.
             */
            checkInId: string;
        };
        FoundTicket: components["schemas"]["Ticket"] & {
            /** @description Null while it is not admitted. */
            admission: components["schemas"]["FoundAdmission"] | null;
            /**
             * @description Its first letter and its domain.
             * @example a…@example.com
             */
            email: string;
            /** @example Ann Lee */
            name: string;
            /**
             * @description `buyer`: the ticket was transferred, and who has it now has given no name.
             * @enum {string}
             */
            nameOf: "holder" | "buyer";
            /**
             * @description `cancelling`: a cancellation has claimed it and its refund is not done yet; it is no longer valid.
             * @enum {string}
             */
            status: "valid" | "cancelling" | "cancelled";
            /** @description Somebody else has taken it over from its buyer. That person alone is shown its code. */
            transferred: boolean;
            /** @description Part of the code. A code of a lower version is refused. */
            version: number;
        };
        FoundTickets: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            tickets: components["schemas"]["FoundTicket"][];
        };
        Guest: {
            /** @example user_1 */
            userId: string;
        };
        GuestLinkRequest: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email: string;
        };
        GuestLinkToken: {
            token: string;
        };
        HeldTicket: components["schemas"]["Ticket"] & {
            /**
             * @description `cancelling`: a cancellation has claimed it and its refund is not done yet; it is no longer valid.
             * @enum {string}
             */
            status: "valid" | "cancelling";
        };
        Hold: {
            /**
             * @description What a purchase pays that uses the hold, whatever the price is by then.
             * @example 9000
             */
            amountMinor?: number;
            /** @example EUR */
            currency?: string;
            /** @example 1 */
            eventId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            expiresAt?: string;
            /** @description Fees of one each: of so many tickets of a type, or, without a type, of the purchase. */
            fees?: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                quantity: number;
                /** @description Rate of the tax in it, in millionths. */
                taxRatePpm: number;
                /** @example Standard */
                ticketType?: string;
            }[];
            /** Format: uuid */
            holdId: string;
            /** @description Serial numbers by ticket type, ascending, and at which price. */
            items?: {
                /**
                 * @description Price of one, tax included, which the hold keeps.
                 * @example 9000
                 */
                priceMinor: number;
                serials: number[];
                /** @description Rate of the tax in it, in millionths: 70000 is 7 %. */
                taxRatePpm: number;
                /** @example Standard */
                ticketType: string;
            }[];
            problem?: components["schemas"]["Problem"] & unknown;
            /**
             * Format: uuid
             * @description The purchase that uses it or has used it.
             */
            purchaseId?: string;
            /**
             * @description `open`: it is being taken. `active`: the tickets are kept. `in_use`: a purchase is buying them; if it ends without tickets, the hold is `active` again until `expiresAt`. `used`: a purchase has bought them. `used`, `expired`, `released` and `refused` are final.
             * @enum {string}
             */
            status: "open" | "active" | "in_use" | "used" | "expired" | "released" | "refused";
            /**
             * @description The tax that `amountMinor` includes.
             * @example 9000
             */
            taxMinor?: number;
            /** @example user_1 */
            userId: string;
        };
        HoldList: {
            holds: components["schemas"]["Hold"][];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
        };
        HoldRequest: {
            /**
             * @description The id of the event; a number is taken as text.
             * @example 1
             */
            eventId: string | number;
            /** @description Tickets of several types, all or none of them. Instead of quantity and ticketType. */
            items?: {
                /** @example 2 */
                quantity: number;
                /** @example Standard */
                ticketType: string;
            }[];
            /** @example 2 */
            quantity?: number;
            /**
             * @description How long the tickets are held; a default time if it is left out.
             * @example 600
             */
            seconds?: number;
            /**
             * @description The event's first ticket type if it is left out.
             * @example Standard
             */
            ticketType?: string;
            /**
             * @description The buyer: the token's subject if it is left out. Only operators may name another.
             * @example user_1
             */
            userId?: string;
        };
        Mail: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            createdAt: string;
            /**
             * @description Why the last attempt failed, as a code: the status of SMTP, or the error of the connection.
             * @example null
             */
            error: string | null;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            finishedAt: string | null;
            /** Format: uuid */
            mailId: string;
            /**
             * @description `sent`: the mail server has taken it. `failed`: it was refused, or there was nothing to send.
             * @enum {string}
             */
            status: "pending" | "sent" | "failed";
        };
        MailsOfPurchase: {
            mails: components["schemas"]["Mail"][];
        };
        NeedsAttention: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            purchases: components["schemas"]["NeedsIntervention"][];
        };
        NeedsIntervention: {
            /** @description Cancellations that were requested and wait until the purchase has its outcome. */
            cancellations: {
                byOperator: boolean;
                /** Format: uuid */
                cancellationId: string;
                /** Format: uuid */
                purchaseId: string;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                requestedAt: string;
                requestedBy: string;
            }[];
            /** @description The step's last failure. */
            cause?: string;
            /** @description What happened so far, in markdown. */
            details: string;
            eventIds: string[];
            /** @description What is stuck: purchases, or a hold's id; empty for the cancellation of an event. */
            purchaseIds: string[];
            /** Format: uuid */
            runId: string;
            /**
             * Format: date-time
             * @description Since when the step fails.
             * @example 2027-06-01T19:00:00Z
             */
            since: string;
            /** @example authorise */
            step?: string;
            userIds: string[];
            /** @example purchase/0786e9be-ee41-50d7-986b-7c911c41e848 */
            workflowId: string;
        };
        /** @description Either `code`, or `ticketId` and `version` of a ticket that was found. */
        NewCheckIn: {
            /**
             * Format: date-time
             * @description Only if the door has let the person in without an answer: when, by its own clock. It is recorded whatever `result` is. Use the key under which the door asked, if it did.
             * @example 2027-06-01T19:00:00Z
             */
            admittedAt?: string;
            /** @description What the QR code contains. */
            code: string;
            /**
             * @description The event that the door admits for; every event of the token if it is left out.
             * @example 1
             */
            eventId?: string;
            /**
             * @description Where it is presented, in words of your own.
             * @example Gate B
             */
            gate: string;
        } | {
            /**
             * @description The event that the door admits for.
             * @example 1
             */
            eventId: string;
            /**
             * @description Where it is presented, in words of your own.
             * @example Gate B
             */
            gate: string;
            /** Format: uuid */
            ticketId: string;
            /** @description As the search has shown it. */
            version: number;
        };
        NewCheckIns: {
            checkIns: {
                /**
                 * Format: date-time
                 * @description Only if the door has let the person in without an answer: when, by its own clock. It is recorded whatever `result` is. Use the key under which the door asked, if it did.
                 * @example 2027-06-01T19:00:00Z
                 */
                admittedAt?: string;
                /** @description What the QR code contains. */
                code: string;
                /**
                 * @description The event that the door admits for; every event of the token if it is left out.
                 * @example 1
                 */
                eventId?: string;
                /**
                 * @description Where it is presented, in words of your own.
                 * @example Gate B
                 */
                gate: string;
                /** @description As the header Idempotency-Key of a single check-in. */
                key: string;
            }[];
        };
        NewContact: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email: string;
            /**
             * @description In which mails are written.
             * @enum {string}
             */
            language: "en" | "de";
            /** @example Ann Lee */
            name: string;
        };
        NewEvent: {
            /**
             * @description Until when buyers may cancel; null: until the event starts. Operators always may.
             * @example 2027-06-01T19:00:00Z
             */
            cancellableUntil?: string;
            /**
             * @description An ISO 4217 code.
             * @example EUR
             */
            currency: string;
            description?: string;
            /**
             * @description In UTC (`Z`), with the offset that the event's time zone has at that time, or without an offset: then it is the time on a clock there. Years 2000 to 2100.
             * @example 2027-06-01T19:00:00Z
             */
            endsAt: string;
            /**
             * @description Most tickets that one buyer may have.
             * @default 10
             */
            limitPerBuyer?: number;
            /** @example Autumn concert */
            name: string;
            /**
             * @description Charged once per purchase, also of free tickets; null: nothing.
             * @default null
             */
            purchaseFee?: {
                /**
                 * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                 * @example 4500
                 */
                netPriceMinor?: number;
                /**
                 * @description What a buyer pays: the price includes the tax.
                 * @example 9000
                 */
                priceMinor?: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @default 0
                 * @example 70000
                 */
                taxRatePpm?: number;
            } | null;
            /**
             * @description What a cancellation by the buyer does not give back; null: nothing. Operators and the cancellation of the event return everything.
             * @default null
             */
            refundRules?: {
                /**
                 * @description Fees are not refunded.
                 * @default false
                 */
                keepsFees?: boolean;
                /**
                 * @description Not refunded of each ticket besides.
                 * @default 0
                 * @example 200
                 */
                withheldMinor?: number;
                /**
                 * @description Share of each price that is not refunded, in millionths: 100000 is 10 %.
                 * @default 0
                 * @example 100000
                 */
                withheldPpm?: number;
            } | null;
            /**
             * @description No tickets are sold from then on, nor after the event's end; null: until its end.
             * @example 2027-06-01T19:00:00Z
             */
            saleEndsAt?: string;
            /**
             * @description No tickets are sold before; null for no limit.
             * @example 2027-06-01T19:00:00Z
             */
            saleStartsAt?: string;
            /**
             * @description In UTC (`Z`), with the offset that the event's time zone has at that time, or without an offset: then it is the time on a clock there. Years 2000 to 2100.
             * @example 2027-06-01T19:00:00Z
             */
            startsAt: string;
            /**
             * @default on_sale
             * @enum {string}
             */
            status?: "on_sale" | "closed";
            /** @description In the order in which they are shown; the first is what a purchase that names none buys. Tax rate and fee of a type that exists stay if they are left out. */
            ticketTypes: {
                /** @description Charged for each ticket on top of its price; null: nothing. */
                fee?: {
                    /**
                     * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                     * @example 4500
                     */
                    netPriceMinor?: number;
                    /**
                     * @description What a buyer pays: the price includes the tax.
                     * @example 9000
                     */
                    priceMinor?: number;
                    /**
                     * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                     * @default 0
                     * @example 70000
                     */
                    taxRatePpm?: number;
                } | null;
                /** @example Standard */
                name: string;
                /**
                 * @description Instead of `priceMinor`: a price that does not include the tax, which the buyer pays on top of it.
                 * @example 4500
                 */
                netPriceMinor?: number;
                /**
                 * @description What a buyer pays: the price includes the tax.
                 * @example 9000
                 */
                priceMinor?: number;
                /**
                 * @description Tax rate in millionths: 70000 is 7 %, 88750 is 8.875 %.
                 * @example 70000
                 */
                taxRatePpm?: number;
                /** @example 500 */
                total: number;
            }[];
            /** @example Europe/Vienna */
            timeZone: string;
            /** @example Great Hall */
            venue: string;
        };
        NewWebhookEndpoint: {
            /**
             * @description Types of messages that the endpoint receives.
             * @example [
             *       "purchase.confirmed"
             *     ]
             */
            types: ("purchase.confirmed" | "purchase.declined" | "purchase.cancelled" | "tickets.cancelled" | "event.sold_out" | "event.cancelled" | "hold.expired")[];
            /**
             * @description Begins with `https://`.
             * @example https://shop.example/hooks
             */
            url: string;
        };
        /** @description What the buyer has to do: the purchase waits for it. It is not there if nothing is to be done. */
        NextAction: {
            /** @enum {string} */
            kind: "redirect_to_url";
            /**
             * Format: date-time
             * @description After this the purchase is given up as declined.
             * @example 2027-06-01T19:00:00Z
             */
            until: string;
            /**
             * Format: uri
             * @description Send the buyer here. The buyer comes back to `payment.returnUrl`.
             */
            url: string;
        } | {
            /** @description For `stripe.handleNextAction` of Stripe.js. */
            clientSecret: string;
            /** @enum {string} */
            kind: "use_stripe_sdk";
            /**
             * Format: date-time
             * @description After this the purchase is given up as declined.
             * @example 2027-06-01T19:00:00Z
             */
            until: string;
        };
        OfferedTicket: components["schemas"]["Ticket"] & {
            /** @example 1 */
            eventId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            offeredUntil: string;
        };
        OpenHold: {
            /** Format: uuid */
            holdId: string;
            /** @enum {string} */
            status: "open";
            statusUrl: string;
        };
        OpenPurchase: {
            nextAction?: components["schemas"]["NextAction"];
            /** Format: uuid */
            purchaseId: string;
            /** @enum {string} */
            status: "open";
            statusUrl: string;
        };
        OperationScope: {
            /**
             * @description All events, if none is named.
             * @example 1
             */
            eventId?: string;
        };
        /** @description Either `email`, for every contact with the address, or `userId`. */
        Person: {
            /**
             * Format: email
             * @example ann@example.com
             */
            email: string;
        } | {
            /** @example user_1 */
            userId: string;
        };
        /** @description Problem details as in RFC 9457. */
        Problem: {
            /**
             * @description What the purchase costs now.
             * @example 9000
             */
            amountMinor?: number;
            /** @description How many tickets of the type are left. */
            available?: number;
            /** @example EUR */
            currency?: string;
            detail: string;
            errors?: {
                message: string;
                path: string;
            }[];
            /**
             * Format: date-time
             * @description From when on it will be possible.
             * @example 2027-06-01T19:00:00Z
             */
            from?: string;
            /** @description How many of them the buyer has. */
            held?: number;
            /** @description True if the hold that the purchase named could not be used any more. */
            holdLapsed?: boolean;
            /** @description Most tickets that one buyer may have for the event. */
            limit?: number;
            /**
             * @description The most that the payment provider charges at once.
             * @example 9000
             */
            maximumMinor?: number;
            /**
             * Format: uuid
             * @description The purchase of the request, or the one that has its hold.
             */
            purchaseId?: string;
            reason?: string;
            status: number;
            /** @description Ids of tickets that are not of the purchase. */
            tickets?: string[];
            ticketType?: string;
            title: string;
            /**
             * @description Names the kind of problem and leads to its page.
             * @example /problems/sold-out
             */
            type: string;
            /**
             * Format: date-time
             * @description Until when it would have been possible.
             * @example 2027-06-01T19:00:00Z
             */
            until?: string;
        };
        Purchase: {
            /**
             * @description What was paid for it in all, fees included.
             * @example 9000
             */
            amountMinor?: number;
            /** @description Its cancellations, the oldest first; the amounts beside are their sums. */
            cancellations?: {
                /** Format: uuid */
                cancellationId: string;
                /**
                 * @description What is still to be refunded, or to be confirmed.
                 * @example 9000
                 */
                pendingMinor: number;
                /**
                 * @description What the payment provider has confirmed as refunded.
                 * @example 9000
                 */
                refundedMinor: number;
                /**
                 * @description What is to be refunded for what is cancelled or being cancelled.
                 * @example 9000
                 */
                requestedMinor: number;
                /**
                 * @description What an operator decided to pay back by hand: it was not refunded through the payment provider.
                 * @example 9000
                 */
                skippedMinor: number;
                /** @enum {string} */
                status: "requested" | "refunding" | "cancelled";
            }[];
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            createdAt?: string;
            /** @example EUR */
            currency?: string;
            /** @example 1 */
            eventId: string;
            /** @description Fees of one each: of so many tickets of a type, or, without a type, of the purchase. */
            fees?: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                quantity: number;
                /** @description Rate of the tax in it, in millionths. */
                taxRatePpm: number;
                /** @example Standard */
                ticketType?: string;
            }[];
            nextAction?: components["schemas"]["NextAction"] & unknown;
            /**
             * @description Of an open purchase, once it is known. `not_needed`: it costs nothing. `authorising`: its tickets are being reserved, its amount is being authorised, or it waits for its buyer. `completing`: its tickets are recorded, and its payment is being completed; for a moment also where its buyer is about to be asked.
             * @enum {string}
             */
            paymentStatus?: "not_needed" | "authorising" | "completing";
            /**
             * @description What is still to be refunded, or to be confirmed.
             * @example 9000
             */
            pendingMinor?: number;
            problem?: components["schemas"]["Problem"] & unknown;
            /** Format: uuid */
            purchaseId: string;
            /**
             * @description What the payment provider has confirmed as refunded.
             * @example 9000
             */
            refundedMinor?: number;
            /**
             * @description What is to be refunded for what is cancelled or being cancelled.
             * @example 9000
             */
            requestedMinor?: number;
            /**
             * @description What an operator decided to pay back by hand: it was not refunded through the payment provider.
             * @example 9000
             */
            skippedMinor?: number;
            /**
             * @description `cancelling`: each ticket that is left is being cancelled, and none is valid any more.
             * @enum {string}
             */
            status: "open" | "confirmed" | "cancelling" | "declined" | "refused" | "undone" | "cancelled";
            /** @description Those that are not cancelled yet. */
            tickets?: components["schemas"]["HeldTicket"][];
            transactionId?: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            updatedAt?: string;
            /** @example user_1 */
            userId: string;
        };
        PurchaseForOperators: {
            cancellations: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                amountMinor: number;
                byOperator: boolean;
                /** Format: uuid */
                cancellationId: string;
                currency: string;
                reason: string;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                requestedAt: string;
                requestedBy: string;
                /**
                 * @description `waiting`: the purchase was asked to stop and has no outcome yet.
                 * @enum {string}
                 */
                status: "waiting" | "refunding" | "cancelled";
                workflowId: string;
            }[];
            decisions: {
                action: string;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                at: string;
                /** @enum {string|null} */
                channel: "api" | "cli" | "temporal-ui" | null;
                operator: string;
                reason: string;
                step: string | null;
                /** @description The name is a verified token's subject, not one that was typed in. */
                verified: boolean;
            }[];
            /** @description Disputes of its payment, as the payment provider told of them last. */
            disputes: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                amountMinor: number;
                authorisationId: string | null;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                changedAt: string;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                createdAt: string;
                currency: string;
                disputeId: string;
                /** @example fraudulent */
                reason: string;
                /**
                 * Format: date-time
                 * @description Until when the provider accepts evidence.
                 * @example 2027-06-01T19:00:00Z
                 */
                respondBy: string | null;
                /** @enum {string} */
                status: "warning_needs_response" | "warning_under_review" | "warning_closed" | "needs_response" | "under_review" | "prevented" | "won" | "lost" | "appeal_needs_response" | "appeal_under_review" | "unknown";
            }[];
            /** Format: uuid */
            purchaseId: string;
            /** @description The id for `temporal workflow … --workflow-id`; null while no workflow is known. */
            workflowId: string | null;
            /** @description The workflow of the purchase, or of its batch, and those of its cancellations. */
            workflows: {
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                closedAt: string | null;
                /** @description Activities that an operator paused: they are not run. */
                pausedSteps: string[];
                /** Format: uuid */
                runId: string;
                /**
                 * @description Temporal's status: `RUNNING`, `COMPLETED`, `TERMINATED` …
                 * @example RUNNING
                 */
                status: string;
                /** @description The step that needs an operator; null if none does. */
                stuck: {
                    cause?: string;
                    /**
                     * Format: date-time
                     * @example 2027-06-01T19:00:00Z
                     */
                    since: string;
                    step?: string;
                } | null;
                /** @example purchase/0786e9be-ee41-50d7-986b-7c911c41e848 */
                workflowId: string;
            }[];
        };
        PurchaseList: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            purchases: components["schemas"]["Purchase"][];
        };
        PurchaseRequest: {
            /** @description Operators only: the tickets cost nothing, fees included, and the audit log has the reason. The event need not be on sale; it must be neither cancelled nor over. Name whom they are for in `userId`, or give them on by a transfer. Not together with `holdId` or `payment`. */
            complimentary?: {
                /** @example A guest of the band */
                reason: string;
            };
            /**
             * @description The id of the event; a number is taken as text.
             * @example 1
             */
            eventId: string | number;
            /**
             * @description The total that the buyer expects to pay. At another price nothing is bought, and the answer (409 `price-changed`) names it; that is final for this key. It is part of the request: with another amount the same key is another request.
             * @example 5000
             */
            expectedAmountMinor?: number;
            /** @description A hold of the buyer whose tickets are to be bought, at the price that it keeps. They need not be named then; if they are, they must agree with the hold. If it has lapsed or was given back, the purchase continues without it, if enough tickets are left and the price is the same. A purchase that ends without tickets leaves them to the hold, for another one with a new key. */
            holdId?: string;
            /** @description Tickets of several types, all or none of them. Instead of quantity and ticketType. */
            items?: {
                /** @example 2 */
                quantity: number;
                /** @example Standard */
                ticketType: string;
            }[];
            /** @description Required unless the tickets cost nothing: a purchase that costs something is refused without it, with 422 `payment-required`, and nothing is charged or held. It is not used for tickets that cost nothing. */
            payment?: {
                /**
                 * @description The payment provider's token for the buyer's means of payment. A card number is refused.
                 * @example pm_approve
                 */
                method: string;
                /**
                 * Format: uri
                 * @description Where the buyer comes back to after an authentication (3-D Secure, for example). Its origin is one of those that the operator allows. With it a purchase whose payment needs the buyer is answered 202 with `nextAction`; without it, such a payment is declined. It is part of the request.
                 * @example https://shop.example/checkout/return
                 */
                returnUrl?: string;
            };
            /** @example 2 */
            quantity?: number;
            /**
             * @description If it is left out: the ticket type of the hold, where the purchase names a hold; else the event's first one.
             * @example Standard
             */
            ticketType?: string;
            /**
             * @description The buyer: the token's subject if it is left out. Only operators may name another.
             * @example user_1
             */
            userId?: string;
        };
        Rebuild: {
            /** @description Null for all events. */
            eventId: string | null;
            result?: {
                capacitiesCorrected: number;
                events: number;
                /** @description Listed among the findings. */
                ledgerDifferences: number;
                /** @description Read models of buyers and transactions that were checked. */
                readModels: number;
                /** @description Those of them that were wrong. */
                rewritten: number;
            };
            /** @enum {string} */
            status: "running" | "finished" | "ended";
        };
        Receipt: {
            /** Format: uuid */
            cancellationId: string | null;
            /** @description Number of the receipt that a correction corrects. */
            corrects: string | null;
            /** @example EUR */
            currency: string;
            event: {
                /** @example 1 */
                eventId: string;
                name: string;
                /**
                 * Format: date-time
                 * @example 2027-06-01T19:00:00Z
                 */
                startsAt: string;
                timeZone: string;
                venue: string;
            };
            /**
             * @description In minor units; negative on a correction.
             * @example 4500
             */
            grossMinor: number;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            issuedAt: string;
            /**
             * @description `correction`: of a receipt, because of a cancellation.
             * @enum {string}
             */
            kind: "receipt" | "correction";
            lines: {
                /**
                 * @description In minor units; negative on a correction.
                 * @example 4500
                 */
                grossMinor: number;
                /** @enum {string} */
                kind: "tickets" | "ticket_fee" | "purchase_fee";
                /**
                 * @description In minor units; negative on a correction.
                 * @example 4500
                 */
                netMinor: number;
                quantity: number;
                /**
                 * @description In minor units; negative on a correction.
                 * @example 4500
                 */
                taxMinor: number;
                /** @description Tax rate in millionths: 70000 is 7 %. */
                taxRatePpm: number;
                /**
                 * @description Null: the fee of the purchase.
                 * @example Standard
                 */
                ticketType: string | null;
            }[];
            /**
             * @description In minor units; negative on a correction.
             * @example 4500
             */
            netMinor: number;
            /**
             * @description Consecutive within its series.
             * @example R-000042
             */
            number: string;
            /** Format: uuid */
            purchaseId: string;
            seller: {
                address: string[];
                name: string;
                vatId: string | null;
            };
            /**
             * Format: date-time
             * @description When the purchase was confirmed, or the cancellation was done.
             * @example 2027-06-01T19:00:00Z
             */
            suppliedAt: string;
            /**
             * @description In minor units; negative on a correction.
             * @example 4500
             */
            taxMinor: number;
            transactionId: string;
        };
        Receipts: {
            receipts: components["schemas"]["Receipt"][];
        };
        ReceivedTickets: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            tickets: components["schemas"]["TicketWithCode"][];
        };
        ReceivedWebhook: {
            /** @enum {boolean} */
            received: true;
        };
        ReconciliationRun: {
            counts?: {
                /** @description Events that were compared. */
                events: number;
                /** @description Steps that failed: if any did, the run proves nothing about what it did not compare. */
                failedSteps?: number;
                /** @description New findings. */
                found: number;
                /** @description Findings that need an operator. */
                handedOver: number;
                /** @description It reached its limit before it had compared all payments that moved. The next run continues. */
                paymentsLeft?: boolean;
                /** @description Purchases, cancellations and holds that had lost their workflow. */
                recovered: number;
                repaired: number;
            };
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            finishedAt?: string;
            /** Format: uuid */
            reconciliationId: string;
            requestedBy?: string;
            scope?: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            startedAt?: string;
            /**
             * @description `requested`: it has not begun. `ended`: its workflow was closed before it was finished.
             * @enum {string}
             */
            status: "requested" | "running" | "finished" | "ended";
        };
        Refund: {
            /** @example EUR */
            currency: string;
            /**
             * @description Fees of what is cancelled that are not refunded.
             * @example 9000
             */
            keptFeesMinor: number;
            /**
             * @description The prices of these tickets.
             * @example 9000
             */
            pricesMinor: number;
            /** Format: uuid */
            purchaseId: string;
            /**
             * @description What would be refunded: prices, without what is withheld, and returned fees. Send it as `expectedRefundMinor` with the cancellation.
             * @example 9000
             */
            refundMinor: number;
            /**
             * @description Fees that are refunded as well.
             * @example 9000
             */
            returnedFeesMinor: number;
            tickets: (components["schemas"]["Ticket"] & {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                /**
                 * @description What the refund rules keep of its price.
                 * @example 9000
                 */
                withheldMinor: number;
            })[];
            /**
             * @description What the refund rules keep of them.
             * @example 9000
             */
            withheldMinor: number;
        };
        RequestedGuestLink: {
            /**
             * @description How long a link can be used.
             * @example 3600
             */
            expiresInS: number;
        };
        Resolution: {
            /**
             * @description `retry`: try the step again at once. `skip`: continue without it. `correct`: pay with another method. `compensate`: undo the purchase.
             * @enum {string}
             */
            action: "retry" | "skip" | "correct" | "compensate";
            /**
             * @description With `correct` only: the method to pay with.
             * @example pm_approve
             */
            paymentMethod?: string;
            /** @example The provider has fixed the fault. */
            reason: string;
        };
        Resolved: {
            /** @enum {string} */
            action: "retry" | "skip" | "correct" | "compensate";
            /**
             * @description What happens next, and whether another decision may be needed.
             * @example The step is tried again at once. If it still fails, you are asked again.
             */
            next: string;
            /** Format: uuid */
            purchaseId: string;
            /** @example authorise */
            step: string;
        };
        /** @description What was held and until when; it may have been used or released since. */
        TakenHold: {
            /**
             * @description What a purchase pays that uses the hold, whatever the price is by then.
             * @example 9000
             */
            amountMinor: number;
            /** @example EUR */
            currency: string;
            /** @example 1 */
            eventId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            expiresAt: string;
            /** @description Fees of one each: of so many tickets of a type, or, without a type, of the purchase. */
            fees: {
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                quantity: number;
                /** @description Rate of the tax in it, in millionths. */
                taxRatePpm: number;
                /** @example Standard */
                ticketType?: string;
            }[];
            /** Format: uuid */
            holdId: string;
            /** @description Serial numbers by ticket type, ascending, and at which price. */
            items: {
                /**
                 * @description Price of one, tax included, which the hold keeps.
                 * @example 9000
                 */
                priceMinor: number;
                serials: number[];
                /** @description Rate of the tax in it, in millionths: 70000 is 7 %. */
                taxRatePpm: number;
                /** @example Standard */
                ticketType: string;
            }[];
            /**
             * @description The tax that `amountMinor` includes.
             * @example 9000
             */
            taxMinor: number;
        };
        Ticket: {
            /** @description Counts from 1 for each event and ticket type. */
            serial: number;
            /** Format: uuid */
            ticketId: string;
            /** @example Standard */
            ticketType: string;
        };
        /** @description A JSON Web Key Set (RFC 7517). */
        TicketKeys: {
            keys: {
                /** @enum {string} */
                alg: "EdDSA";
                /** @enum {string} */
                crv: "Ed25519";
                /**
                 * @description The key id of a code, in hexadecimal.
                 * @example 9f3c01ab
                 */
                kid: string;
                /** @enum {string} */
                kty: "OKP";
                /** @enum {string} */
                use: "sig";
                x: string;
            }[];
        };
        TicketSearch: {
            /**
             * Format: uuid
             * @description The `next` of the page before, with the same `text`.
             */
            after?: string;
            /** @default 20 */
            limit?: number;
            /**
             * @description Words, each the beginning of a word of the name, of a word before the `@`, or of the whole e-mail address. Case and accents do not matter.
             * @example ann lee
             */
            text: string;
        };
        TicketsOfPurchase: {
            tickets: components["schemas"]["TicketWithCode"][];
        };
        TicketToTransfer: {
            /** Format: uuid */
            ticketId: string;
        };
        TicketWithCode: components["schemas"]["Ticket"] & {
            /** @description Null while it is not admitted. */
            admission: components["schemas"]["Admission"] | null;
            /**
             * @description What a QR code of the ticket contains; null unless the ticket is valid and the caller has it.
             * @example 04XJ2R5C…
             */
            code: string | null;
            /** @example EUR */
            currency: string;
            /** @example 1 */
            eventId: string;
            /**
             * Format: date-time
             * @description Until when it can be taken over with the code of an offer; null while it is not offered.
             * @example 2027-06-01T19:00:00Z
             */
            offeredUntil: string | null;
            /**
             * @description In the currency's minor unit (cents, öre, yen).
             * @example 9000
             */
            priceMinor: number;
            /** Format: uuid */
            purchaseId: string;
            /**
             * @description `cancelling`: a cancellation has claimed it and its refund is not done yet; it is no longer valid.
             * @enum {string}
             */
            status: "valid" | "cancelling" | "cancelled";
            /** @description Somebody else has taken it over from its buyer. That person alone is shown its code. */
            transferred: boolean;
            /** @example user_1 */
            userId: string;
            /** @description Part of the code. A code of a lower version is refused. */
            version: number;
        };
        Transaction: {
            /**
             * @description What was paid for it in all.
             * @example 9000
             */
            amountMinor: number;
            /** @example EUR */
            currency: string;
            /** @example 1 */
            eventId: string;
            /**
             * @description What is still to be refunded, or to be confirmed.
             * @example 9000
             */
            pendingMinor: number;
            /** Format: uuid */
            purchaseId: string;
            /**
             * @description What the payment provider has confirmed as refunded.
             * @example 9000
             */
            refundedMinor: number;
            /**
             * @description What is to be refunded for what is cancelled or being cancelled.
             * @example 9000
             */
            requestedMinor: number;
            /**
             * @description What an operator decided to pay back by hand: it was not refunded through the payment provider.
             * @example 9000
             */
            skippedMinor: number;
            /** @enum {string} */
            status: "claimed" | "persisted" | "confirmed" | "undoing" | "declined" | "refused" | "undone" | "cancelled";
            /** @description Those that are not cancelled yet. */
            tickets: components["schemas"]["HeldTicket"][];
            transactionId: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            updatedAt: string;
            /** @example user_1 */
            userId: string;
        };
        TransferCode: {
            /**
             * @description The person who has it can take the ticket over, once.
             * @example kq3vX0mJ8cH2bq0tq1eW5A
             */
            code: string;
        };
        TransferOffer: {
            /**
             * @description The person who has it can take the ticket over, once.
             * @example kq3vX0mJ8cH2bq0tq1eW5A
             */
            code: string;
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            offeredUntil: string;
            /** Format: uuid */
            ticketId: string;
        };
        UndoneAdmission: {
            /** @example Scanned by mistake. */
            reason: string;
        };
        UndoneCheckIn: components["schemas"]["CheckIn"] & {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            undoneAt: string;
        };
        UserTickets: {
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
            tickets: (components["schemas"]["HeldTicket"] & {
                /** @example EUR */
                currency: string;
                /** @example 1 */
                eventId: string;
                /**
                 * @description In the currency's minor unit (cents, öre, yen).
                 * @example 9000
                 */
                priceMinor: number;
                /** Format: uuid */
                purchaseId: string;
                transactionId: string;
            })[];
        };
        WebhookAttempt: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            attemptedAt: string;
            attemptId: number;
            /** @description Null if the message was delivered. */
            error: string | null;
            latencyMs: number;
            /**
             * Format: uuid
             * @description The header `webhook-id`.
             */
            messageId: string;
            messageType: string;
            /** @description Of the HTTP answer; null if there was none. */
            statusCode: number | null;
        };
        WebhookAttempts: {
            attempts: components["schemas"]["WebhookAttempt"][];
            /** @description Give it as `after` to get the next page; null on the last one. */
            next: string | null;
        };
        WebhookEndpoint: {
            /**
             * Format: date-time
             * @example 2027-06-01T19:00:00Z
             */
            createdAt: string;
            /**
             * @description `gone`: it answered 410. `failing`: no delivery succeeded for days.
             * @enum {string|null}
             */
            disabledReason: "operator" | "gone" | "failing" | null;
            /** Format: uuid */
            endpointId: string;
            /**
             * Format: date-time
             * @description Since when no delivery succeeded; null if the last did.
             * @example 2027-06-01T19:00:00Z
             */
            failingSince: string | null;
            /** @description Messages that wait for their next attempt, counted up to 10000. */
            pending: number;
            /** @enum {string} */
            status: "enabled" | "disabled";
            types: ("purchase.confirmed" | "purchase.declined" | "purchase.cancelled" | "tickets.cancelled" | "event.sold_out" | "event.cancelled" | "hold.expired")[];
            url: string;
        };
        WebhookEndpointChanges: {
            /** @enum {string} */
            status?: "enabled" | "disabled";
            /**
             * @description Types of messages that the endpoint receives.
             * @example [
             *       "purchase.confirmed"
             *     ]
             */
            types?: ("purchase.confirmed" | "purchase.declined" | "purchase.cancelled" | "tickets.cancelled" | "event.sold_out" | "event.cancelled" | "hold.expired")[];
            /**
             * @description Begins with `https://`.
             * @example https://shop.example/hooks
             */
            url?: string;
        };
        WebhookEndpoints: {
            endpoints: components["schemas"]["WebhookEndpoint"][];
        };
        WebhookEndpointWithSecret: components["schemas"]["WebhookEndpoint"] & {
            /**
             * @description Signs the messages. It is shown this once, and to a repeat with the same key while it is in use and sealed under the present WEBHOOK_ENCRYPTION_KEY.
             * @example whsec_C2FVsBQ…
             */
            secret?: string;
        };
        WebhookReplay: {
            /** @description Messages that are sent again. */
            messages: number;
            /**
             * Format: date-time
             * @description Give it as `from` to replay the rest of the period.
             * @example 2027-06-01T19:00:00Z
             */
            next: string | null;
        };
        /** @description One message, or the messages of a period. */
        WebhookReplayRequest: {
            /** Format: uuid */
            messageId: string;
        } | {
            /**
             * Format: date-time
             * @description Give a date and time of ISO 8601 with Z or an offset of at most 14 hours, like 2027-06-01T19:00:00Z, in the years 2000 to 2100.
             * @example 2027-06-01T19:00:00Z
             */
            from: string;
            /**
             * Format: date-time
             * @description Now, if it is not given.
             * @example 2027-06-01T19:00:00Z
             */
            to?: string;
        };
        WebhookSecretRotation: {
            /**
             * @description For so many seconds messages are signed with the previous secret as well.
             * @default 86400
             */
            previousValidS?: number;
        };
        WebhookTestMessage: {
            /** Format: uuid */
            messageId: string;
        };
        WithdrawnOffer: {
            offeredUntil: null;
            /** Format: uuid */
            ticketId: string;
        };
    };
    responses: {
        /** @description [Too late to cancel](/problems/cancellation-too-late) · [Nothing to cancel](/problems/nothing-to-cancel) · [Ticket used at the door](/problems/ticket-admitted) · [Ticket taken over by somebody else](/problems/ticket-transferred) · [Purchase open](/problems/purchase-open) */
        "cancellation-too-late.nothing-to-cancel.ticket-admitted.ticket-transferred.purchase-open": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Too late to cancel](/problems/cancellation-too-late) · [Nothing to cancel](/problems/nothing-to-cancel) · [Ticket used at the door](/problems/ticket-admitted) · [Ticket taken over by somebody else](/problems/ticket-transferred) · [Purchase open](/problems/purchase-open) · [Refund changed](/problems/refund-changed) · [Refunded by Box Office](/problems/already-refunding) */
        "cancellation-too-late.nothing-to-cancel.ticket-admitted.ticket-transferred.purchase-open.refund-changed.already-refunding": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Change refused](/problems/event-change-refused) */
        "event-change-refused": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Event changed meanwhile](/problems/event-changed-meanwhile) */
        "event-changed-meanwhile": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not allowed](/problems/forbidden) */
        forbidden: {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Hold in flight](/problems/hold-in-flight) · [Sold out](/problems/sold-out) · [Not enough tickets left](/problems/not-enough-left) · [Not on sale](/problems/not-on-sale) · [Over the limit per buyer](/problems/over-buyer-limit) */
        "hold-in-flight.sold-out.not-enough-left.not-on-sale.over-buyer-limit.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Hold in use](/problems/hold-in-use) · [Hold used](/problems/hold-used) */
        "hold-in-use.hold-used": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Internal error](/problems/internal-error) */
        "internal-error": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Idempotency key not usable](/problems/invalid-idempotency-key) */
        "invalid-idempotency-key": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) */
        "invalid-request": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) · [Idempotency key used for another request](/problems/idempotency-key-reused) · [Too much for one payment](/problems/amount-too-large) · [Unknown ticket type](/problems/unknown-ticket-type) */
        "invalid-request.idempotency-key-reused.amount-too-large.unknown-ticket-type.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) · [Idempotency key used for another request](/problems/idempotency-key-reused) */
        "invalid-request.idempotency-key-reused.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) · [Idempotency key used for another request](/problems/idempotency-key-reused) · [Payment missing](/problems/payment-required) · [Too much for one payment](/problems/amount-too-large) · [Unknown ticket type](/problems/unknown-ticket-type) */
        "invalid-request.idempotency-key-reused.payment-required.amount-too-large.unknown-ticket-type.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) */
        "invalid-request.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Invalid request](/problems/invalid-request) · [Not tickets of this purchase](/problems/unknown-ticket) */
        "invalid-request.unknown-ticket": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Signature not valid](/problems/invalid-signature) */
        "invalid-signature": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [No mail can be sent](/problems/mail-refused) */
        "mail-refused": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Idempotency key missing](/problems/missing-idempotency-key) · [Idempotency key not usable](/problems/invalid-idempotency-key) */
        "missing-idempotency-key.invalid-idempotency-key": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Nothing to resolve](/problems/nothing-to-resolve) · [Decision refused](/problems/resolution-refused) */
        "nothing-to-resolve.resolution-refused.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Nothing to undo](/problems/nothing-to-undo) */
        "nothing-to-undo": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Request too large](/problems/payload-too-large) */
        "payload-too-large": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Payment declined](/problems/payment-declined) · [Payment not completed](/problems/payment-not-captured) */
        "payment-declined.payment-not-captured.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Purchase in flight](/problems/purchase-in-flight) · [Sold out](/problems/sold-out) · [Not enough tickets left](/problems/not-enough-left) · [Not on sale](/problems/not-on-sale) · [Over the limit per buyer](/problems/over-buyer-limit) · [Hold in use](/problems/hold-in-use) · [Hold used](/problems/hold-used) · [Price changed](/problems/price-changed) · [Purchase cancelled](/problems/purchase-cancelled) · [Purchase undone](/problems/purchase-undone) */
        "purchase-in-flight.sold-out.not-enough-left.not-on-sale.over-buyer-limit.hold-in-use.hold-used.price-changed.purchase-cancelled.purchase-undone.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Too many requests](/problems/rate-limited) */
        "rate-limited": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown ticket](/problems/ticket-not-found) */
        "ticket-not-found": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Ticket cannot change hands](/problems/ticket-not-transferable) */
        "ticket-not-transferable": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not signed in](/problems/unauthenticated) */
        unauthenticated: {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not available at the moment](/problems/unavailable) */
        unavailable: {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown cancellation](/problems/unknown-cancellation) */
        "unknown-cancellation": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown check-in](/problems/unknown-check-in) */
        "unknown-check-in": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [No contact](/problems/unknown-contact) */
        "unknown-contact": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown event](/problems/unknown-event) */
        "unknown-event": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown event](/problems/unknown-event) */
        "unknown-event.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown event](/problems/unknown-event) · [Unknown hold](/problems/unknown-hold) */
        "unknown-event.unknown-hold.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [No such link](/problems/unknown-guest-link) */
        "unknown-guest-link": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown hold](/problems/unknown-hold) */
        "unknown-hold": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown purchase](/problems/unknown-purchase) */
        "unknown-purchase": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown purchase](/problems/unknown-purchase) */
        "unknown-purchase.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown rebuild](/problems/unknown-rebuild) */
        "unknown-rebuild": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown reconciliation run](/problems/unknown-reconciliation-run) */
        "unknown-reconciliation-run": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not tickets of this purchase](/problems/unknown-ticket) · [Invalid request](/problems/invalid-request) */
        "unknown-ticket.invalid-request": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown transaction](/problems/unknown-transaction) */
        "unknown-transaction": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [No offer with this code](/problems/unknown-transfer) */
        "unknown-transfer": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown endpoint](/problems/unknown-webhook) */
        "unknown-webhook": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unknown endpoint](/problems/unknown-webhook) */
        "unknown-webhook.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Unsupported media type](/problems/unsupported-media-type) */
        "unsupported-media-type": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not possible for this endpoint](/problems/webhook-refused) */
        "webhook-refused": {
            headers: {
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description [Not possible for this endpoint](/problems/webhook-refused) */
        "webhook-refused.keyed": {
            headers: {
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names the revision of the event, for `If-Match`. */
        ETag: string;
        /** @description `true` if this is the answer to an earlier request with the same key. */
        "Idempotent-Replayed": string;
        /** @description The address of the state. */
        Location: string;
        /** @description What is left of the limit in this window, and for how many seconds. Absent where there is no limit. */
        RateLimit: string;
        /** @description The limit of requests in a window. */
        "RateLimit-Policy": string;
        /** @description Seconds after which to ask again, or to repeat the request. */
        "Retry-After": number;
        /** @description `Bearer`, with `error="invalid_token"` for a token that is not accepted. */
        "WWW-Authenticate": string;
        /** @description Names this answer in the logs: the request's own X-Request-Id if it was valid. */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getCancellationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cancellation. While it is in progress, `Retry-After` says when to ask again. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-cancellation"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postCheckIns: {
        parameters: {
            query?: never;
            header: {
                /** @description Any text of your own, new for each code that is presented: a repeat gets the same answer. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "04XJ2R5C9KQ3",
                 *       "gate": "Gate B"
                 *     }
                 */
                "application/json": components["schemas"]["NewCheckIn"];
            };
        };
        responses: {
            /** @description Admitted, or why not. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckIn"];
                };
            };
            400: components["responses"]["missing-idempotency-key.invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postCheckInsByIdUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoneAdmission"];
            };
        };
        responses: {
            /** @description Undone. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoneCheckIn"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-check-in"];
            409: components["responses"]["nothing-to-undo"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postCheckInsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCheckIns"];
            };
        };
        responses: {
            /** @description An answer for each code. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckIns"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you have given. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-contact"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    putContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewContact"];
            };
        };
        responses: {
            /** @description What you have given. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    deleteContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is stored of you any more. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEvents: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Those that end then or later. */
                endsFrom?: string;
                /** @description Those with a ticket type that costs nothing. */
                free?: "true";
                limit?: number;
                /** @description Those whose sale is open by status and times; `available` says whether any tickets are left. */
                onSale?: "true";
                /** @description Words, each of which is in the name or the venue, whatever its case and accents. */
                q?: string;
                /** @description Those that start earlier. */
                startsBefore?: string;
                /** @description Those that start then or later. */
                startsFrom?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events with what is left of each at this moment. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        /** @description Give it as `after` to get the next page; null on the last one. */
                        next: string | null;
                    };
                };
            };
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, new for each event: a repeat with it creates no other event. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Autumn concert",
                 *       "venue": "Great Hall",
                 *       "startsAt": "2030-10-05T19:30:00+02:00",
                 *       "endsAt": "2030-10-05T22:00:00+02:00",
                 *       "timeZone": "Europe/Vienna",
                 *       "currency": "EUR",
                 *       "ticketTypes": [
                 *         {
                 *           "name": "Standard",
                 *           "priceMinor": 4500,
                 *           "total": 100
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewEvent"];
            };
        };
        responses: {
            /** @description Created, and ready to be sold. `Location` leads to it. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            400: components["responses"]["invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEventsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event, with the tickets of each type that are left at this moment. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            404: components["responses"]["unknown-event"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    patchEventsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the event as the editor saw it. If it was changed since, nothing is changed and the answer is 412. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Autumn concert, with an encore"
                 *     }
                 */
                "application/json": components["schemas"]["EventChanges"];
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            409: components["responses"]["event-change-refused"];
            412: components["responses"]["event-changed-meanwhile"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEventsByIdAdmissions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Admissions"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postEventsByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "The artist is ill."
                 *     }
                 */
                "application/json": components["schemas"]["EventCancellationRequest"];
            };
        };
        responses: {
            /** @description It was cancelled before, and nothing is left to do. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventCancellation"];
                };
            };
            /** @description The cancellation is in progress at `Location`. */
            202: {
                headers: {
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventCancellation"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEventsByIdCancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is done and what is left. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventCancellation"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-cancellation"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEventsByIdDoorList: {
        parameters: {
            query?: {
                /** @description The `next` of the page before, with the same `since`. */
                after?: string;
                limit?: number;
                /** @description The `position` of an earlier read: only what has changed since. */
                since?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the list. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorList"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getEventsByIdStatistics: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description First instant of interest; its whole hour counts. */
                from?: string;
                limit?: number;
                /** @description End of the period, not itself in it. */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of hours, oldest first; hours without a transaction are left out. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventStatistics"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postEventsByIdTicketsSearch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketSearch"];
            };
        };
        responses: {
            /** @description A page of tickets. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundTickets"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postGuestLinks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GuestLinkRequest"];
            };
        };
        responses: {
            /** @description If there are orders, a link is sent. */
            202: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestedGuestLink"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postGuestLinksConsume: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GuestLinkToken"];
            };
        };
        responses: {
            /** @description The guest that the link leads to. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Guest"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-guest-link"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsAttention: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeedsAttention"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsContactsErase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Person"];
            };
        };
        responses: {
            /** @description Nothing is stored of the person any more, if `more` is false. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsContactsExport: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Person"];
            };
        };
        responses: {
            /** @description A page of contacts. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactsOfPerson"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsFindings: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                eventId?: string;
                kind?: "missing_message" | "duplicate" | "lost_hold" | "orphaned_hold" | "charge_without_ticket" | "ticket_without_charge" | "wrong_read_model" | "serial_mismatch" | "capacity_wrong" | "abandoned" | "stalled" | "webhook_disabled" | "invalid_admission";
                limit?: number;
                purchaseId?: string;
                /** @description The reconciliation run that found them first. */
                reconciliationId?: string;
                status?: "found" | "repaired" | "handed_over" | "gone";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of findings, newest first. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Findings"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsPurchasesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The purchase as operators see it. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseForOperators"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsPurchasesByIdResolve: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, new for each decision: a repeat with it decides nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "action": "retry",
                 *       "reason": "The provider has fixed the fault."
                 *     }
                 */
                "application/json": components["schemas"]["Resolution"];
            };
        };
        responses: {
            /** @description Decided and recorded. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolved"];
                };
            };
            400: components["responses"]["invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase.keyed"];
            409: components["responses"]["nothing-to-resolve.resolution-refused.keyed"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsRebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OperationScope"];
            };
        };
        responses: {
            /** @description The rebuild runs. `Location` shows its progress. */
            202: {
                headers: {
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsRebuildById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An event, or `all`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last rebuild. While it runs, `Retry-After` says when to ask again. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-rebuild"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsReconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OperationScope"];
            };
        };
        responses: {
            /** @description It is in progress. `Location` leads to the reconciliation run; its findings have its id. */
            202: {
                headers: {
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRun"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsReconciliationById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reconciliation run. While it is in progress, `Retry-After` says when to ask again. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRun"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-reconciliation-run"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoints. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoints"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsWebhooks: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, new for each request: a repeat with it changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://shop.example/hooks",
                 *       "types": [
                 *         "purchase.confirmed"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewWebhookEndpoint"];
            };
        };
        responses: {
            /** @description Registered. `Location` leads to it. */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            400: components["responses"]["invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            409: components["responses"]["webhook-refused.keyed"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    deleteOperationsWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedWebhookEndpoint"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    patchOperationsWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "types": [
                 *         "purchase.confirmed",
                 *         "purchase.cancelled"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointChanges"];
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getOperationsWebhooksByIdAttempts: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of attempts. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAttempts"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsWebhooksByIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "2030-10-05T19:30:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookReplayRequest"];
            };
        };
        responses: {
            /** @description They are sent. */
            202: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReplay"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsWebhooksByIdRotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, new for each request: a repeat with it changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "previousValidS": 86400
                 *     }
                 */
                "application/json": components["schemas"]["WebhookSecretRotation"];
            };
        };
        responses: {
            /** @description The endpoint with its new secret. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            400: components["responses"]["invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook.keyed"];
            409: components["responses"]["webhook-refused.keyed"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postOperationsWebhooksByIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is sent. */
            202: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestMessage"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-webhook"];
            409: components["responses"]["webhook-refused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchases: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Of this event. */
                eventId?: string;
                limit?: number;
                /** @description With this status. */
                status?: "open" | "confirmed" | "declined" | "refused" | "undone" | "cancelled";
                /** @description Of this buyer. Buyers see their own; operators see those of all and name a buyer, an event or both. */
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of purchases. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseList"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchasesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The purchase. While it is open, `Retry-After` says when to ask again. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postPurchasesByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "I cannot come."
                 *     }
                 */
                "application/json": components["schemas"]["CancellationRequest"];
            };
        };
        responses: {
            /** @description Done: the payment provider has confirmed the refund and the tickets are cancelled. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            /** @description The cancellation is in progress and will be completed. Ask at `Location` after the time in `Retry-After`. */
            202: {
                headers: {
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            409: components["responses"]["cancellation-too-late.nothing-to-cancel.ticket-admitted.ticket-transferred.purchase-open.refund-changed.already-refunding"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.unknown-ticket"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchasesByIdMails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mails. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailsOfPurchase"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postPurchasesByIdMails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent. */
            202: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mail"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            409: components["responses"]["mail-refused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postPurchasesByIdPaymentCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The purchase as it is now. `GET` shows what comes of the check. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchasesByIdReceipts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipts, the first one first. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipts"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchasesByIdRefund: {
        parameters: {
            query?: {
                /** @description Ids of tickets, with commas between them; all remaining tickets of the purchase if it is left out. */
                tickets?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What would be refunded. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            409: components["responses"]["cancellation-too-late.nothing-to-cancel.ticket-admitted.ticket-transferred.purchase-open"];
            422: components["responses"]["unknown-ticket.invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getPurchasesByIdTickets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tickets. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketsOfPurchase"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-purchase"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getReceivedTickets: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                limit?: number;
                /** @description Operators name whose; else the caller’s. */
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tickets. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedTickets"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTicketKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketKeys"];
                };
            };
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
        };
    };
    postTicketTransfers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketToTransfer"];
            };
        };
        responses: {
            /** @description The offer. */
            201: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferOffer"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["ticket-not-found"];
            409: components["responses"]["ticket-not-transferable"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketTransfersAccept: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferCode"];
            };
        };
        responses: {
            /** @description The ticket. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketWithCode"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-transfer"];
            409: components["responses"]["ticket-not-transferable"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketTransfersShow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferCode"];
            };
        };
        responses: {
            /** @description The ticket. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedTicket"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-transfer"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketTransfersWithdraw: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketToTransfer"];
            };
        };
        responses: {
            /** @description The ticket is not offered. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawnOffer"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["ticket-not-found"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTicketsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketWithCode"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["ticket-not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTicketsByIdMails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mails. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailsOfPurchase"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["ticket-not-found"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketsByIdMails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent. */
            202: {
                headers: {
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mail"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["ticket-not-found"];
            409: components["responses"]["mail-refused"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTicketsHolds: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Of this event. */
                eventId?: string;
                limit?: number;
                /** @description With this status. */
                status?: "active" | "in_use" | "used" | "expired" | "released" | "refused";
                /** @description Of this buyer. Buyers see their own; operators see those of all and name a buyer, an event or both. */
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of holds. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoldList"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketsHolds: {
        parameters: {
            query?: never;
            header: {
                /** @description Any text of your own, new for each hold. A repeat with the same key and body gets the same answer and holds once. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "eventId": "1",
                 *       "quantity": 2
                 *     }
                 */
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            /** @description Held. `Location` leads to the hold. */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenHold"];
                };
            };
            /** @description The hold is being taken. Ask at `Location`, or repeat the request, after the time in `Retry-After`. */
            202: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenHold"];
                };
            };
            400: components["responses"]["missing-idempotency-key.invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event.keyed"];
            409: components["responses"]["hold-in-flight.sold-out.not-enough-left.not-on-sale.over-buyer-limit.keyed"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.amount-too-large.unknown-ticket-type.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTicketsHoldsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hold. While it is open, `Retry-After` says when to ask again. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-hold"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    deleteTicketsHoldsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its tickets are held no longer: `released`, or it had `expired` or been `refused` before. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-hold"];
            409: components["responses"]["hold-in-use.hold-used"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postTicketsPurchase: {
        parameters: {
            query?: never;
            header: {
                /** @description Any text of your own, new for each purchase. A repeat with the same key and body gets the same answer and never buys twice. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "eventId": "1",
                 *       "quantity": 2,
                 *       "payment": {
                 *         "method": "pm_approve"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PurchaseRequest"];
            };
        };
        responses: {
            /** @description Bought: paid, and the tickets are valid. `Location` leads to the purchase. */
            201: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedPurchase"];
                };
            };
            /** @description The purchase continues. With `nextAction` it waits for its buyer: do what that says. Else ask at `Location`, or repeat the request, after the time in `Retry-After`. */
            202: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenPurchase"];
                };
            };
            400: components["responses"]["missing-idempotency-key.invalid-idempotency-key"];
            401: components["responses"]["unauthenticated"];
            402: components["responses"]["payment-declined.payment-not-captured.keyed"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-event.unknown-hold.keyed"];
            409: components["responses"]["purchase-in-flight.sold-out.not-enough-left.not-on-sale.over-buyer-limit.hold-in-use.hold-used.price-changed.purchase-cancelled.purchase-undone.keyed"];
            413: components["responses"]["payload-too-large"];
            415: components["responses"]["unsupported-media-type"];
            422: components["responses"]["invalid-request.idempotency-key-reused.payment-required.amount-too-large.unknown-ticket-type.keyed"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getTransactionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transaction. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            404: components["responses"]["unknown-transaction"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    getUsersByIdTickets: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tickets. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserTickets"];
                };
            };
            401: components["responses"]["unauthenticated"];
            403: components["responses"]["forbidden"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
    postWebhooksStripe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is recorded, now or before. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedWebhook"];
                };
            };
            400: components["responses"]["invalid-signature"];
            413: components["responses"]["payload-too-large"];
            422: components["responses"]["invalid-request"];
            429: components["responses"]["rate-limited"];
            500: components["responses"]["internal-error"];
            503: components["responses"]["unavailable"];
        };
    };
}
