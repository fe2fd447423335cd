/** How ticket types are written from a JSON array `$2` of `TicketTypeDetails`. */
export const TYPE_COLUMNS = 'name, position, price_minor, total, tax_rate_ppm, net_price_minor, fee';
export const TYPE_VALUES = `name, position, "priceMinor", total, coalesce("taxRatePpm", 0), "netPriceMinor", fee`;
export const TYPES_OF_JSON = `
  rows from (jsonb_to_recordset($2) as (
    name text, "priceMinor" bigint, total integer, "taxRatePpm" integer, "netPriceMinor" bigint, fee jsonb))
  with ordinality as t(name, "priceMinor", total, "taxRatePpm", "netPriceMinor", fee, position)`;
