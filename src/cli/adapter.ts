/** The `adapter` group: everything for people who write adapters. One file per command. */
import { Command } from 'commander';
import { adapterCaptureCommand } from './adapter-capture.js';
import { adapterCheckCommand } from './adapter-check.js';
import { adapterNewCommand } from './adapter-new.js';

export function adapterCommand(): Command {
  return new Command('adapter')
    .description('Write adapters for learning platforms (LMSs), and check them')
    .addCommand(adapterNewCommand())
    .addCommand(adapterCheckCommand())
    .addCommand(adapterCaptureCommand());
}
