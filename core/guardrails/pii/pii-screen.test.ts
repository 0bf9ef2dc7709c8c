import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createPiiScreen, restorePlaceholders } from './pii-screen.js';

const screen = createPiiScreen();
const found = (text: string): string[] =>
  screen.find(text).map(({ type, start, end }) => `${type}=${text.slice(start, end)}`);

describe('the personal data screen', () => {
  it.each([
    ['Write to anna.kern+hr@firma.example, please', 'EMAIL_ADDRESS=anna.kern+hr@firma.example'],
    ['reach me at jo (at) mail (dot) example', 'EMAIL_ADDRESS=jo (at) mail (dot) example'],
    ['Call +49 30 901820 tomorrow', 'PHONE_NUMBER=+49 30 901820'],
    ['my number is (415) 555-0132 x12.', 'PHONE_NUMBER=(415) 555-0132 x12'],
    ['Mobil: 0171 2345678', 'PHONE_NUMBER=0171 2345678'],
    ['card 4111 1111 1111 1111 expires', 'CREDIT_CARD=4111 1111 1111 1111'],
    ['amex 378282246310005', 'CREDIT_CARD=378282246310005'],
    ['SSN 123-45-6789', 'US_SSN=123-45-6789'],
    ['IBAN DE89 3704 0044 0532 0130 00 please', 'IBAN_CODE=DE89 3704 0044 0532 0130 00'],
    ['from 10.20.30.40 to', 'IP_ADDRESS=10.20.30.40'],
    ['host 2001:db8:85a3::8a2e:370:7334 down', 'IP_ADDRESS=2001:db8:85a3::8a2e:370:7334'],
    ['passport number C01X00T47', 'PASSPORT=C01X00T47'],
    ['Steuer-ID 86 095 742 719', 'DE_TAX_ID=86 095 742 719'],
    ['NIF 12345678Z', 'ES_NIF=12345678Z'],
    ['codice RSSMRA85T10A562S', 'IT_FISCAL_CODE=RSSMRA85T10A562S'],
    ['NINO QQ123456C is not real, AB123456C is', 'UK_NINO=AB123456C'],
    ['AHV 756.9217.0769.85', 'CH_AHV=756.9217.0769.85'],
    ['CPF 529.982.247-25', 'BR_CPF=529.982.247-25'],
    ['numéro 1 85 05 78 006 084 91', 'FR_NIR=1 85 05 78 006 084 91'],
    ['PESEL 44051401359', 'PL_PESEL=44051401359'],
    ['personnummer 811228-9874', 'SE_PERSONNUMMER=811228-9874'],
    ['henkilötunnus 131052-308T', 'FI_PERSONAL_IDENTITY_CODE=131052-308T'],
    ['NIF do contribuinte 123456789', 'PT_NIF=123456789'],
    ['rijksregisternummer 85.07.30-033.28', 'BE_NATIONAL_NUMBER=85.07.30-033.28'],
    ['NRIC S1234567D', 'SG_NRIC_FIN=S1234567D'],
    ['身份证 11010519491231002X 号', 'CN_RESIDENT_ID=11010519491231002X'],
    ['CURP HEGG560427MVZRRL04', 'MX_CURP=HEGG560427MVZRRL04'],
    ['ABN 51 824 753 556', 'AU_ABN=51 824 753 556'],
    ['Aadhaar 2341 2341 2346', 'IN_AADHAAR=2341 2341 2346'],
    ['EIN 12-3456789', 'US_EIN=12-3456789'],
    ['BIC DEUTDEFF500', 'SWIFT_CODE=DEUTDEFF500'],
    ['電話番号は090-1234-5678です', 'PHONE_NUMBER=090-1234-5678'],
    ['reach "anna kern"@firm.example', 'EMAIL_ADDRESS="anna kern"@firm.example'],
    ['pasaporte PAA123456', 'PASSPORT=PAA123456'],
    ['passeport n° 14AB12345', 'PASSPORT=14AB12345'],
    ['NI number QQ123456C', 'UK_NINO=QQ123456C'],
    ['mailgun key-3ax6xnjp29jd6fds4gc373sgvjxteol0', 'API_KEY=key-3ax6xnjp29jd6fds4gc373sgvjxteol0'],
    ['login with user bob and password qwerty99', 'PASSWORD=qwerty99'],
    ['12 rue de la Paix, 75002 Paris', 'ADDRESS=12 rue de la Paix, 75002 Paris'],
    ['at 1600 Oak Avenue NW, Washington, DC 20500', 'ADDRESS=1600 Oak Avenue NW, Washington, DC 20500'],
    ['Her address is Flat 3, 18 Kings Road, Leeds LS6 2AB', 'ADDRESS=Flat 3, 18 Kings Road, Leeds LS6 2AB'],
    ['Kind regards,\nPriya Raman', 'PERSON=Priya Raman'],
    ['私の名前は田中太郎です', 'PERSON=田中太郎'],
    ['shopify shpat_0123456789abcdef0123456789abcdef', 'API_KEY=shpat_0123456789abcdef0123456789abcdef'],
    ['the password is correct-horse-battery', 'PASSWORD=correct-horse-battery'],
    ['Mein Passwort lautet Sommer2024!', 'PASSWORD=Sommer2024!'],
    ['パスワードは Sakura!2024 です', 'PASSWORD=Sakura!2024'],
    ['Signed, John Smith', 'PERSON=John Smith'],
    ['to 221B Baker Street, London NW1 6XE.', 'ADDRESS=221B Baker Street, London NW1 6XE'],
    ['住所は東京都港区芝公園4-2-8です', 'ADDRESS=東京都港区芝公園4-2-8'],
    ['key AKIAIOSFODNN7EXAMPLE', 'AWS_ACCESS_KEY=AKIAIOSFODNN7EXAMPLE'],
    ['token ghp_0123456789abcdefghijklmnopqrstuvwxyz', 'API_KEY=ghp_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['the password is Tr0ub4dor&3, keep it', 'PASSWORD=Tr0ub4dor&3'],
    ['mongodb://app:s3cr3t-pw@db.internal/x', 'PASSWORD=s3cr3t-pw'],
    [
      'she lives at 221 Baker Street, Springfield, IL 62701',
      'ADDRESS=221 Baker Street, Springfield, IL 62701',
    ],
    ['Hauptstraße 12a, 10115 Berlin', 'ADDRESS=Hauptstraße 12a, 10115 Berlin'],
    ['Mr. Okonkwo called', 'PERSON=Okonkwo'],
    ['My name is Zoë Ní Bhriain and I', 'PERSON=Zoë Ní Bhriain'],
    ['Authorization: Bearer mF_9.B5f-4.1JqM8aQ2xT7zW0', 'API_KEY=mF_9.B5f-4.1JqM8aQ2xT7zW0'],
    ['password="correct horse battery staple"', 'PASSWORD=correct horse battery staple'],
    ['pw: Xy7-kk9q', 'PASSWORD=Xy7-kk9q'],
    ['Das WLAN-Passwort ist korrektpferdbatterie', 'PASSWORD=korrektpferdbatterie'],
    [
      'discord MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs',
      'API_KEY=MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs',
    ],
    ['Llámame al 612 345 678', 'PHONE_NUMBER=612 345 678'],
    ['Mi número es 612345678', 'PHONE_NUMBER=612345678'],
    ['CPF: 11144477735', 'BR_CPF=11144477735'],
    ['UTR 1234567890', 'TAX_ID=1234567890'],
    ['card 4111.1111.1111.1111', 'CREDIT_CARD=4111.1111.1111.1111'],
    ['メールはtaro@example.co.jpです。', 'EMAIL_ADDRESS=taro@example.co.jp'],
    ['邮箱li.wei@firma.example谢谢', 'EMAIL_ADDRESS=li.wei@firma.example'],
    ['write to jürgen@müller.example', 'EMAIL_ADDRESS=jürgen@müller.example'],
    ['Contact: Priya Raman', 'PERSON=Priya Raman'],
    ['date of birth: 3/14/1985', 'DATE_TIME=3/14/1985'],
    ['The WiFi password is sunshine.', 'PASSWORD=sunshine'],
    ['the password for the guest network is pineapple', 'PASSWORD=pineapple'],
    ['Passwort: Sommer', 'PASSWORD=Sommer'],
    ['mi contraseña es girasol, gracias', 'PASSWORD=girasol'],
    ['mot de passe : soleil', 'PASSWORD=soleil'],
    ['a senha é girassol', 'PASSWORD=girassol'],
    ['user root, password toor', 'PASSWORD=toor'],
    ['use the password Swordfish to unlock it', 'PASSWORD=Swordfish'],
    ['パスワードは「ひまわり」です', 'PASSWORD=ひまわり'],
    ['my passphrase is "correct horse battery staple"', 'PASSWORD=correct horse battery staple'],
    ['Wohnhaft: Am Markt 3, 04109 Leipzig', 'ADDRESS=Am Markt 3, 04109 Leipzig'],
    ['That is all. Kind regards, Oluwaseun Adeyemi', 'PERSON=Oluwaseun Adeyemi'],
    ['電話：03-3581-4111', 'PHONE_NUMBER=03-3581-4111'],
    [
      'write to anna [dot] kern [at] firma [dot] example',
      'EMAIL_ADDRESS=anna [dot] kern [at] firma [dot] example',
    ],
  ])('finds exactly the span in %j', (text, span) => {
    expect(found(text)).toContain(span);
  });

  it('finds a whole private key', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc+/=\n-----END RSA PRIVATE KEY-----';
    expect(found(`here:\n${key}\nthanks`)).toEqual([`PRIVATE_KEY=${key}`]);
  });

  it.each([
    'Order 1234567890123456 was shipped on 2026-11-21 at 14:30.',
    'Version 1.2.3.4 and 127.0.0.1 are not of interest; see section 10.1.2.3.',
    'The password is required and must never be shared.',
    'Write to people-ops@company.example or support@company.example.',
    'Sales rose from 2019-2023 by 12,345,678 units to 98.765.432.',
    'Ticket 4711-2231-9910 has 3 of 5 tasks, build 20240115.1 passed.',
    'Dear team, hi all, thanks everyone.',
    'I am happy. I am Responsible for HR.',
    'Ich heiße Sie willkommen. Contact: the office.',
    'Das Passwort ist selbstverständlich; the password is misconfigured, su clave es intransferible.',
    'password: "enter your new password here", passwort: "bitte mindestens acht Zeichen"',
    'Authorization: Bearer authentication is explained under Bearer tokens.',
    'Mi número de pedido es 612345678. CPF 11144477736 has a wrong check digit.',
    'The rate is 0.123456789, see ISBN 0-306-40615-2. Part number 123-45-6789X is sold out.',
    'Name: Required field\nContact: Human Resources\nCustomer: Enterprise Plan\nEmployee: Full time',
    'Ich bin Teilnehmer.',
    'The password is stored encrypted. The password is secret. If your password is weak, change it.',
    'Password: required\nPassword manager: Bitwarden\nPassword = string',
    'A good password is entropy. connect(host, password=pass, port)',
    'Das Passwort ist Pflicht; la contraseña es obligatoria; mot de passe : facultatif',
    'パスワードは必須です。パスワード：8文字以上',
    'See you. Best regards, Legal Team',
    'Case 02-123-45678, upgrade from 3.1.4.159 to 3.2.0.0, net 192.168.0.0/16',
    'Ask sales@company.example. Use SWIFT to write iOS apps and BASH to run them.',
  ])('stays silent on %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('gives UTF-16 offsets of the original, also behind emoji and through invisible characters', () => {
    const text = '👩‍💻 mail: an\u200bna@firma.example 🎉';
    const [span] = screen.find(text);
    expect(text.slice(span?.start, span?.end)).toBe('an\u200bna@firma.example');
  });

  it('replaces values by visible placeholders, the same value by the same one, and puts them back', () => {
    const text = 'a@x.example and b@x.example, again a@x.example';
    const { text: redacted, restore } = screen.redact(text);
    expect(redacted).toBe('[EMAIL_ADDRESS_1] and [EMAIL_ADDRESS_2], again [EMAIL_ADDRESS_1]');
    expect(restorePlaceholders(redacted, restore)).toBe(text);
  });

  it('does not mix up a placeholder that a person typed with one of its own', () => {
    const text = 'what is [EMAIL_ADDRESS_1]? mine is a@x.example';
    const { text: redacted, restore } = screen.redact(text);
    expect(redacted).toBe('what is [EMAIL_ADDRESS_1]? mine is [EMAIL_ADDRESS_2]');
    expect(restorePlaceholders(redacted, restore)).toBe(text);
  });

  it('leaves out types and finds patterns of a tenant', () => {
    const own = createPiiScreen({
      ignore: ['EMAIL_ADDRESS'],
      custom: [{ type: 'CUSTOMER_NUMBER', pattern: /KD-\d{6}/gu }],
    });
    expect(own.redact('KD-123456 a@x.example').text).toBe('[CUSTOMER_NUMBER_1] a@x.example');
  });

  it('redacts once and for all, and restores exactly, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'anna@firma.example',
        '+49 30 901820',
        '4111 1111 1111 1111',
        '123-45-6789',
        'DE89370400440532013000',
        'password: hunter22',
        '[US_SSN_1]',
        'Mr. Okonkwo',
        '10.20.30.40',
        ' ',
        '\n',
        ', ',
        '👩‍💻',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        const { text: redacted, restore, spans } = screen.redact(text);
        expect(screen.redact(redacted).text).toBe(redacted);
        expect(restorePlaceholders(redacted, restore)).toBe(text);
        let last = 0;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
    );
  });

  it.each(['const token = getToken();', 'Kunde: Pflichtfeld', 'This is Important.', 'Nombre: Obligatorio'])(
    'leaves %s, where words of code and forms stand',
    (text) => expect(createPiiScreen().find(text)).toEqual([]),
  );
});
