import { describe } from 'vitest';
import { describeAppearance } from './journeys/appearance.ts';
import { describeConflicts } from './journeys/conflicts.ts';
import { describeCounters } from './journeys/counters.ts';
import { describeDeployed } from './journeys/deployed.ts';
import { describeDisconnection } from './journeys/disconnection.ts';
import { describeDocumentedExamples, describeOwnPage } from './journeys/documented-examples.ts';
import { describeEntities } from './journeys/entities.ts';
import { describeEvacuation } from './journeys/evacuation.ts';
import { describeKeyboard } from './journeys/keyboard.ts';
import { describeLoading } from './journeys/loading.ts';
import { describeOverview } from './journeys/overview.ts';
import { describeSurvivingFaults } from './journeys/survive-faults.ts';
import { describeWriteAndArrive } from './journeys/write-and-arrive.ts';
import { findChromium } from './support/chromium.ts';
import { setStage } from './support/stage.ts';

/**
 * The console in a browser before a running twin, as a user sees it. One file, so that one twin and one browser serve all
 * of it; each journey looks at the page in a context of its own, with every region well when it begins.
 */
const chromium = findChromium();

describe.skipIf(chromium === undefined)('the console', () => {
  const stage = setStage(chromium ?? '');
  describeLoading(stage);
  describeOverview(stage);
  describeWriteAndArrive(stage);
  describeConflicts(stage);
  describeEntities(stage);
  describeCounters(stage);
  describeKeyboard(stage);
  describeAppearance(stage);
  describeDeployed(stage);
  describeDocumentedExamples(stage);
  describeOwnPage(stage);
  describeSurvivingFaults(stage);
  describeEvacuation(stage);
  describeDisconnection(stage);
});
