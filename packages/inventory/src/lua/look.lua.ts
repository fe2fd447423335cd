/**
 * Reads an inventory without changing it.
 *
 * Result: { kind: 'counted', generation, event: JSON text of the EventReadModel, counted at this moment }.
 */
export const LOOK = String.raw`
return on_trusted_inventory(function()
  return cjson.encode({ kind = 'counted', generation = stored_generation(), event = read_model() })
end)
`;
