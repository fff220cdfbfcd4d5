// More than there are processors: many wait, for processes and for what is to come to nothing.
[assembly: Parallelize(Workers = 4, Scope = ExecutionScope.ClassLevel)]
