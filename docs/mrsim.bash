# bash completion of mrsim, made from its tables of commands and options

_mrsim_scenarios()
{
    mapfile -t COMPREPLY < <(
        compgen -f -X '!*.ini' -- "$1"
        compgen -d -- "$1"
        compgen -W "$(mrsim list scenarios 2>/dev/null | sed -n 's/^  \([^ ]*\).*/\1/p')" -- "$1"
    )
}

_mrsim()
{
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' options='' i
    # bash takes '=' for a word of its own
    [[ $word == = ]] && word=
    [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        run|compare|check|describe|explain|list|plot|verify|trace|help) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    COMPREPLY=()
    case $previous in
    -s|--seed)
        return ;;
    -r|--replications)
        return ;;
    -j|--jobs)
        return ;;
    --set)
        return ;;
    --request)
        return ;;
    --around)
        return ;;
    --events)
        return ;;
    --write)
        return ;;
    --writes)
        mapfile -t COMPREPLY < <(compgen -W 'lost overwritten superseded divergent stranded all' -- "$word")
        return ;;
    --population)
        return ;;
    --window)
        return ;;
    --replication)
        return ;;
    --by-a)
        return ;;
    --by-b)
        return ;;
    --format)
        mapfile -t COMPREPLY < <(compgen -W 'text json csv jsonl' -- "$word")
        return ;;
    -o|--output)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return ;;
    --db)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return ;;
    --digest-log)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return ;;
    --color)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        return ;;
    esac
    case ${command:-run} in
    run) options='--seed --replications --jobs --set --format --output --db --digest-log --full --quiet --ascii --color --help --version' ;;
    compare) options='--seed --replications --jobs --set --format --output --db --anyway --fail-if-worse --full --quiet --ascii --color --help --version' ;;
    check) options='--set --quiet --ascii --color --help --version' ;;
    describe) options='--set --ascii --color --help --version' ;;
    explain) options='--ascii --color --help --version' ;;
    list) options='--ascii --color --help --version' ;;
    plot) options='--output --db --ascii --color --help --version' ;;
    verify) options='--jobs --db --quiet --ascii --color --help --version' ;;
    trace) options='--seed --set --request --around --events --write --writes --diff --population --window --replication --by-a --by-b --format --full --ascii --color --help --version' ;;
    help) options='--ascii --color --help --version' ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    case ${command:-none} in
    none)
        _mrsim_scenarios "$word"
        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W 'run compare check describe explain list plot verify trace help' -- "$word") ;;
    run)
        _mrsim_scenarios "$word" ;;
    compare)
        _mrsim_scenarios "$word" ;;
    check)
        _mrsim_scenarios "$word" ;;
    describe)
        _mrsim_scenarios "$word" ;;
    explain)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word") ;;
    list)
        mapfile -t COMPREPLY < <(compgen -W 'scenarios presets regions' -- "$word") ;;
    plot)
        mapfile -t COMPREPLY < <(compgen -W 'last last~1 latency failover lag' -- "$word") ;;
    verify)
        mapfile -t COMPREPLY < <(compgen -W 'last last~1' -- "$word") ;;
    trace)
        _mrsim_scenarios "$word" ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W 'run compare check describe explain list plot verify trace help' -- "$word") ;;
    esac
}
complete -o filenames -F _mrsim mrsim
