/**
 * The currencies in which prices can be set, by how many decimals their minor unit has: ISO 4217 List One as published on
 * 2026-01-01 (six-group.com, data-center/iso-currency, list-one.xml, up to amendment 180). Codes without a minor unit
 * (precious metals, XDR, XSU, XUA, XBA to XBD, XTS, XXX) are left out: no amount can be given in them.
 */
const CODES_BY_DECIMALS: readonly (readonly [decimals: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP ' +
      'COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
      'IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN ' +
      'NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN ' +
      'SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const DECIMALS: ReadonlyMap<string, number> = new Map(
  CODES_BY_DECIMALS.flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, decimals] as const)),
);

export const CURRENCIES: readonly string[] = [...DECIMALS.keys()];

export const isCurrency = (code: string): boolean => DECIMALS.has(code);

/**
 * Charges and refunds are multiples of this, in minor units: the payment provider charges three-decimal currencies in steps
 * of ten, and MGA without decimals. A test of packages/payments compares it with the provider's rules.
 */
export const chargeStepOf = (currency: string): number =>
  currency === 'MGA' ? 100 : DECIMALS.get(currency) === 3 ? 10 : 1;

/** Decimals of the currency's minor unit; undefined for a code in which no price can be set. */
export const decimalsOf = (currency: string): number | undefined => DECIMALS.get(currency);
