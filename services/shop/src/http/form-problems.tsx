import { ErrorSummary, Message, type FieldError } from '@box-office/ui';
import type { ProblemText } from './problem-words.js';
import type { View } from './view.js';

/** Above a form that was refused: which fields are wrong, and what else was in the way. */
export const FormProblems = (p: {
  v: Pick<View, 't'>;
  errors: readonly FieldError[];
  problem: ProblemText | undefined;
}) => (
  <>
    <ErrorSummary title={p.v.t.errors.title} errors={p.errors} />
    {p.problem !== undefined && <Message tone="bad" {...p.problem} alert />}
  </>
);
