/**
 * `npm run doctor`: examines this machine, the definition and, for one stage, what AWS has of it; says what is wrong,
 * why it matters and what to do.
 *
 * Without --stage it needs neither a network nor an account. It reads, and changes nothing. Exits 1 when there is a fault.
 */
import { runCommand } from '@gsp/cli-kit';
import { doctorCommand } from '@gsp/operator/commands/doctor';

await runCommand(doctorCommand());
