import { PROBLEMS, type ProblemType } from '../problems.js';

/** The script of the documentation page; a file of its own because the page allows no script in its text. */
export const START_DOCUMENTATION = `window.addEventListener('load', () => {
  window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#documentation',
    deepLinking: true,
    displayRequestDuration: true,
    // A token in the browser's storage outlives the visit, and an operator's token may do anything.
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
`;

const STYLE = `
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 4rem auto; padding: 0 1.25rem }
h1 { line-height: 1.2 }
dt { font-weight: 600; margin-top: 1rem }
dd { margin: 0 }
code { font-size: .95em }
`;

export const documentationPage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Box Office API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="documentation"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

export const indexPage = (): string =>
  document(
    'Box Office',
    `<h1>Box Office</h1>
<p>The HTTP API of a ticket system.</p>
<dl>
<dt><a href="/docs">Documentation</a></dt><dd>Every endpoint, to read and to try.</dd>
<dt><a href="/openapi.json">OpenAPI description</a></dt><dd>The same in a form for tools.</dd>
<dt><a href="/api/events">Events</a></dt><dd>What is for sale, as JSON.</dd>
<dt><a href="/readyz">Readiness</a></dt><dd>Whether the gateway can reach the servers that it needs.</dd>
</dl>`,
  );

/** The page at a problem's `type`. */
export function problemPage(type: ProblemType): string {
  const [status, title, meaning] = PROBLEMS[type];
  return document(
    title,
    `<h1>${title}</h1>
<p>${meaning.replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>
<p>Sent with HTTP status ${status}; its <code>type</code> is <code>/problems/${type}</code>.</p>
<p><a href="/docs">Documentation of the API</a></p>`,
  );
}

const document = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
