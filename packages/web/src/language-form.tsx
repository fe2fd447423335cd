import { LANGUAGE_NAMES, LANGUAGES } from '@box-office/contract';

/** Buttons that choose the language, and lead back to the page on which they are. */
export const LanguageForm = (p: { label: string; current: string; path: string }) => (
  <form method="post" action="/language" class="site-nav" aria-label={p.label}>
    <input type="hidden" name="back" value={p.path} />
    {LANGUAGES.map((language) => (
      <button
        class="link-button"
        name="language"
        value={language}
        lang={language}
        aria-pressed={language === p.current ? 'true' : 'false'}
      >
        {LANGUAGE_NAMES[language]}
      </button>
    ))}
  </form>
);
