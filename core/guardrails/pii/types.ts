/** Opens something, or pays: hidden for good from models, and never right in an answer. */
export const KEY_TYPES = ['API_KEY', 'AWS_ACCESS_KEY', 'JWT', 'PRIVATE_KEY', 'PASSWORD'] as const;

/** Numbers that states, banks and insurers give to one person or company. */
export const IDENTITY_TYPES = [
  'CREDIT_CARD',
  'IBAN_CODE',
  'CRYPTO_ADDRESS',
  'PASSPORT',
  'TAX_ID',
  'US_SSN',
  'US_ITIN',
  'US_EIN',
  'US_DRIVER_LICENSE',
  'UK_DRIVER_LICENSE',
  'UK_NINO',
  'UK_NHS',
  'DE_TAX_ID',
  'DE_SOCIAL_SECURITY',
  'DE_ID_CARD',
  'ES_NIF',
  'FR_NIR',
  'IT_FISCAL_CODE',
  'CH_AHV',
  'NL_BSN',
  'BR_CPF',
  'JP_MY_NUMBER',
  'AU_TFN',
  'AU_ABN',
  'AU_MEDICARE',
  'CA_SIN',
  'IN_PAN',
  'IN_AADHAAR',
  'PL_PESEL',
  'SE_PERSONNUMMER',
  'FI_PERSONAL_IDENTITY_CODE',
  'DK_CPR',
  'PT_NIF',
  'BE_NATIONAL_NUMBER',
  'SG_NRIC_FIN',
  'KR_RRN',
  'CN_RESIDENT_ID',
  'MX_CURP',
] as const;

/** How to reach or recognise somebody; right in an answer when the reader's own sources hold it. */
export const CONTACT_TYPES = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'PERSON',
  'ADDRESS',
  'ZIP_CODE',
  'DATE_TIME',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'SWIFT_CODE',
  'VAT_ID',
] as const;

/** Everything that is looked for, by the names that verdicts and policies use. */
export const PII_TYPES: readonly string[] = [...KEY_TYPES, ...IDENTITY_TYPES, ...CONTACT_TYPES];

/** Company numbers stand on invoices and imprints, so they may be told where the sources hold them. */
const PUBLIC_NUMBERS = new Set<string>(['US_EIN', 'AU_ABN']);

/** Never right in an answer, wherever it comes from. */
export const ALWAYS_SECRET: ReadonlySet<string> = new Set(
  [...KEY_TYPES, ...IDENTITY_TYPES].filter((type) => !PUBLIC_NUMBERS.has(type)),
);
