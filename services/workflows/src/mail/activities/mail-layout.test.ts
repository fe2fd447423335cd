import { lightColours } from '@box-office/ui/colours';
import { expect, it } from 'vitest';
import { mailHtml, mailText, type MailContent, type Organiser } from './mail-layout.js';

const organiser: Organiser = {
  name: 'Harbour Hall',
  imprint: ['Harbour Hall <Ltd>', 'Pier 7'],
  colours: lightColours('#7a1f3d'),
};
const content: MailContent = {
  language: 'en',
  subject: 'Your tickets',
  heading: '<b>Gala</b> & "friends"',
  paragraphs: ['Hello <script>alert(1)</script>,'],
  details: [['Tickets', 'Seat, No. 1\nSeat, No. 2']],
  action: { text: 'Show', url: 'https://shop.example/orders/1?a=1&b=2' },
  notes: ['A note.'],
  footer: 'Why.',
};

it('a mail shows what others wrote as text, and each line of a detail', () => {
  const html = mailHtml(organiser, content);
  expect(html).not.toContain('<script>');
  expect(html).toContain('&lt;b&gt;Gala&lt;/b&gt; &amp; &quot;friends&quot;');
  expect(html).toMatch(/Seat, No\. 1<br \/>\s*Seat, No\. 2/);
  expect(html).toContain('href="https://shop.example/orders/1?a=1&amp;b=2"');
  expect(html).toMatch(/Harbour Hall &lt;Ltd&gt;<br \/>\s*Pier 7<br \/>/);
  expect(html).not.toContain('[object');
});

it('a mail says the same as text', () => {
  expect(mailText(organiser, content)).toBe(
    '<b>Gala</b> & "friends"\n\nHello <script>alert(1)</script>,\n\nTickets: Seat, No. 1\nSeat, No. 2\n\n' +
      'Show:\nhttps://shop.example/orders/1?a=1&b=2\n\nA note.\n\n-- \nHarbour Hall\nWhy.\nHarbour Hall <Ltd>\nPier 7\n',
  );
});

it('a mail has the button in the colour of the organiser', () => {
  expect(mailHtml(organiser, content)).toContain('background: #7a1f3d; color: #ffffff');
});
