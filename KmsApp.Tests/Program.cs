// The tests are run by their runner, and not from here: this is what tests start as further processes.
using KmsApp.Tests;

return args switch
{
    [TableWorker.Word, var folder, var anchorFile, var seed, var writes] => TableWorker.Run(folder, anchorFile, seed, writes),
    [FailingDisk.Word, var disk, .. var words] => FailingDisk.Run(disk, words),
    _ => 1,
};
