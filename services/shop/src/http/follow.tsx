/** What the script needs to show a page again once its status is another one. @param path answers with the status as JSON */
export const followed = (path: string, status: string) => ({ 'data-follow': path, 'data-status': status });

export const ReloadWithoutScript = ({ everyS }: { everyS: number }) => (
  <noscript>
    <meta http-equiv="refresh" content={String(everyS)} />
  </noscript>
);
