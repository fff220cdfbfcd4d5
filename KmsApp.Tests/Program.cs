// The tests are run by their runner, and not from here: this is what tests start as further processes, and the simulation as a command.
using KmsApp.Tests;
using KmsApp.Tests.Simulation;

return args switch
{
    [TableWorker.Word, var folder, var anchorFile, var seed, var writes] => TableWorker.Run(folder, anchorFile, seed, writes),
    [FailingDisk.Word, var disk, .. var words] => FailingDisk.Run(disk, words),
    _ => await SimulationProgram.RunAsync(args),
};
