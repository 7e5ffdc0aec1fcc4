# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for haunt(1). Which commands and options there are, and what their
# values may be, is what the program's own --help says; names of gateways and
# services are those of the person's file.

function __haunt_values
    printf '%s\n' $argv[2..-1] | awk -v option="$argv[1]" '
        /^  -/ && $1 == option {
            $1 = ""
            gsub(/"/, "")
            n = split($0, part, /, or |, | or /)
            for (i = 1; i <= n; i++) {
                gsub(/^ +| +$/, "", part[i])
                if (part[i] ~ /^[a-z0-9_]+$/)
                    print part[i]
            }
        }'
end

function __haunt_takes
    printf '%s\n' $argv[2..-1] | awk -v option="$argv[1]" '
        /^  -/ && $1 == option { found = 1 }
        /^  -/ && $1 == option && NF == 1 { alone = 1 }
        END { exit !(found && !alone) }'
end

function __haunt_complete
    set -l all (commandline -opc)
    set -l current (commandline -ct)
    set -l haunt $all[1]
    set -l list $haunt list
    set -l option ''
    set -l behind 0
    set -l names
    if test (count $all) -eq 1
        $haunt --help 2>/dev/null | awk '/^  [a-z]/ {
            name = $1
            $1 = ""
            print name "\t" substr($0, 2)
        }'
        printf '%s\n' --help --version
        return
    end
    set -l command $all[2]
    set -l help ($haunt $command --help 2>/dev/null)
    or return
    for i in (seq 3 (count $all))
        set -l word $all[$i]
        if test -n "$option"
            test "$option" = --config
            and set -a list --config $word
            set option ''
        else if test "$word" = --; and test (count $names) -gt 0
            set behind (math $i + 1)
            break
        else if string match -q -- '--config=*' $word
            set -a list --config (string replace -- --config= '' $word)
        else if string match -q -- '-*' $word
            __haunt_takes $word $help
            and set option $word
        else
            set -a names $word
            if test "$command" = ssh
                set behind (math $i + 1)
                break
            end
        end
    end
    set -l prefix ''
    if test -z "$option"; and string match -q -- '--*=*' $current
        set option (string replace -r '=.*' '' -- $current)
        set prefix $option=
    end
    if test $behind -gt 0
        if test "$command" = open; and test $behind -gt (count $all)
            complete -C (string replace -r '^.*/' '' -- $current)
        else
            __fish_complete_path $current
        end
    else if test "$option" = --service
        $list --names $names[1] 2>/dev/null
    else if test "$option" = --profile
        $list --names 2>/dev/null
    else if test -n "$option"
        set -l values (__haunt_values $option $help)
        if test (count $values) -gt 0
            printf "$prefix%s\n" $values
        else
            __fish_complete_path (string replace -- "$prefix" '' $current)
        end
    else if string match -q -- '-*' $current
        printf '%s\n' $help | awk '/^  -/ {
            name = $1
            $1 = ""
            print name "\t" substr($0, 2)
        }'
    else
        switch $command/(count $names)
            case ssh/0
                set -l user ''
                string match -q -- '*@*' $current
                and set user (string replace -r -- '@[^@]*$' @ $current)
                for name in ($list --names 2>/dev/null)
                    echo $user$name
                end
            case open/0 proxy/0 list/0 last/0
                $list --names 2>/dev/null
            case open/1
                $list --names $names[1] 2>/dev/null
            case keygen/0
                __fish_complete_path $current
        end
    end
end

complete -c haunt -f -a '(__haunt_complete)'
