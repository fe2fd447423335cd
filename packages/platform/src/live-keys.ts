type Environment = Readonly<Record<string, string | undefined>>;

const KEYS = ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'];
const DEMO_SIGN_IN = /^\w+_DEMO_SIGN_IN$/;

/**
 * What must not stand beside a live key of Stripe, in the environment of any process, whether or not it reads these
 * variables: processes of one system are often given one file. Names variables, never a key.
 */
export function faultsOfLiveKeys(env: Environment): string[] {
  const ofMode = (mode: string) => KEYS.find((name) => env[name]?.includes(`_${mode}_`));
  const [live, test] = [ofMode('live'), ofMode('test')];
  if (live === undefined) return [];
  const demos = Object.keys(env).filter((name) => DEMO_SIGN_IN.test(name) && isOn(env[name]));
  return [
    ...(test === undefined ? [] : [`${live} is a live key and ${test} a test key: both must be of one mode`]),
    ...demos.map((name) => `${live} is a live key, and ${name} lets anybody sign in`),
  ];
}

/** On unless it says that it is off: a value that means nothing is refused by the process that reads it. */
const isOn = (flag = ''): boolean => flag !== '' && flag !== 'false';
