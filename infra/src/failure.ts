/** Something that the user must read and can act upon; printed as one line, with the log that tells more. */
export class LauncherFailure extends Error {
  override readonly name = 'LauncherFailure';
  readonly logFile: string | undefined;

  constructor(message: string, logFile?: string) {
    super(message);
    this.logFile = logFile;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
