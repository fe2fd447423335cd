import type { Child } from 'hono/jsx';
import { FONT, ICON, STYLES, type Assets } from './assets.js';
import type { Logo } from './logo.js';

/** The organiser at the head of a page: the logo, with the name as its text, or the name. */
export const SiteName = ({ name, logo, assets }: { name: string; logo: Logo | undefined; assets: Assets }) =>
  logo === undefined ? (
    <>{name}</>
  ) : (
    <img class="site-logo" src={assets.url(logo.name)} alt={name} width={logo.width} height={logo.height} />
  );

export interface PageProps {
  readonly language: string;
  readonly title: string;
  readonly assets: Assets;
  /** Names of scripts among the assets. */
  readonly scripts: readonly string[];
  readonly skipText: string;
  /** Elements of the head. */
  readonly head?: Child;
  readonly header: Child;
  readonly footer: Child;
  readonly narrow?: boolean;
  readonly children?: Child;
}

/** A whole document: head, header, main, footer. */
export function Page(p: PageProps) {
  return (
    <html lang={p.language} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{p.title}</title>
        <link rel="preload" href={p.assets.url(FONT)} as="font" type="font/woff2" crossorigin="anonymous" />
        <link rel="icon" type="image/svg+xml" href={p.assets.url(ICON)} />
        <link rel="stylesheet" href={p.assets.url(STYLES)} />
        {p.scripts.map((name) => (
          <script type="module" src={p.assets.url(name)}></script>
        ))}
        {p.head}
      </head>
      <body>
        <a class="skip" href="#main">
          {p.skipText}
        </a>
        <header class="site-header">
          <div class="container">{p.header}</div>
        </header>
        <main id="main" tabindex={-1}>
          <div class={p.narrow === true ? 'container narrow' : 'container'}>{p.children}</div>
        </main>
        <footer class="site-footer">
          <div class="container">{p.footer}</div>
        </footer>
      </body>
    </html>
  );
}
